version 1.1

task write {
    input {
        String who
        Int copies
        String tone = "friendly"
    }
    command <<<
        echo '~{who}' > words # 2: a value that becomes code
    >>>
    output {
        Int words = read_int("words")
    }
    runtime {
        container: "quay.io/fedora/fedora:41"
        maxRetrys: 2 # 1: a misspelt field
    }
}

task send {
    input {
        Int words
    }
    command <<<
        send ~{words}
    >>>
    output {
        Int sent = words
    }
}

workflow ten {
    input {
        String who = "world"
        String upload = "false"
    }
    call write as first { input: who = whom, copies = 1 } # 3: a misspelt parameter
    call write as second { input: who = who, copies = "two" } # 4: a text for a number
    call write as third { input: who = who } # 5: a required argument is missing
    call write as fourth { input: who = who, copies = 1, tonne = "formal" } # 6: a misspelt name of an argument; there are no enums
    if (upload) { # 7: a text as a condition
        call send { input: words = 1 } # 7: a text as a condition
    } # 7: a text as a condition
    call send as lost after forth { input: words = 1 } # 8: a misspelt call
    call send as east { input: words = west.sent } # 9: a circle
    call send as west { input: words = east.sent } # 9: and back
    call write as twice { input: who = who, copies = 2 } # 10: a name that is taken
    call write as twice { input: who = who, copies = 2 } # 10: a name that is taken
}
