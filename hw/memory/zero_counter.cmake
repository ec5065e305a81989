# The sparsity monitor at the outputs.
tensordash_library(tensordash_zero_counter SOURCES zero_counter.cpp LINKS tensordash_pe
                   SystemC::systemc fmt::fmt)
