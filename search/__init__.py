import os

# Before numpy is loaded for the first time: on a machine of few cores, more than one thread of its linear algebra
# library makes each search and each text to be read many times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
