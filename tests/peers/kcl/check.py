"""kcl has no command here: its Python package holds the same compiler."""
import sys

from kcl_lib import api

try:
    print(api.API().exec_program(api.ExecProgramArgs(k_filename_list=[sys.argv[1]])).err_message)
except Exception as error:
    print(error)
