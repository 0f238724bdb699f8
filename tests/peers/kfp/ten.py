from typing import Literal

from kfp import compiler, dsl


@dsl.container_component
def write(who: str, copies: int, words: dsl.OutputPath(int), tone: str = "friendly"):
    return dsl.ContainerSpec(
        image="quay.io/fedora/fedora:41",
        command=["sh", "-c", f"echo '{who}' > {words}"],  # 2: a value that becomes code
    )


@dsl.container_component
def send():
    return dsl.ContainerSpec(image="quay.io/fedora/fedora:41", command=["send"])


@dsl.pipeline(name="ten")
def ten(who: str = "world", upload: str = "false"):
    write(who=who, copies=1)
    first = write(who=whom, copies=1)  # 3: a misspelt parameter
    write(who=who, copies=1).set_timeot("5m")  # 1: a misspelt method
    second = write(who=who, copies="two")  # 4: a text for a number
    third = write(who=who)  # 5: a required argument is missing
    fourth = write(who=who, copies=1, tonne="formal")  # 6: a misspelt name of an argument; there are no enums
    with dsl.If(upload):  # 7: a text as a condition
        send()  # 7: a text as a condition
    send().after(forth)  # 8: a misspelt task
    left = send()  # 9: a circle
    right = send().after(left)  # 9: a circle
    left.after(right)  # 9: a circle
    right = write(who=who, copies=2)  # 10: a name that is taken
    right = write(who=who, copies=2)  # 10: a name that is taken


compiler.Compiler().compile(ten, "ten.yaml")
