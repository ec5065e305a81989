tensordash_library(tensordash_power_gating SOURCES power_gating.cpp LINKS fmt::fmt)
