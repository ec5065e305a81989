tensordash_test(models_power_gating_test SOURCES power_gating_test.cpp
                LINKS tensordash_power_gating)
