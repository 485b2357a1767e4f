#include "config.h"

#include "tests/unit/unit.h"
#include "weights/safetensors/tensor_name.h"

static void expect_order(const char *first, const char *second)
{
    ck_assert_msg(dp_tensor_name_precedes(first, second), "%s, %s", first, second);
    ck_assert_msg(!dp_tensor_name_precedes(second, first), "%s, %s", second, first);
}

START_TEST(words_place_a_layer_before_or_after_others)
{
    static const char *const early[] = { "input",    "stem",     "first",  "conv",
                                         "features", "backbone", "encoder" };
    static const char *const late[] = { "fc",         "dense",  "linear", "lin",
                                        "mlp",        "head",   "last",   "final",
                                        "classifier", "output", "out",    "logits",
                                        "predictions" };
    for (size_t i = 0; i < DP_COUNT(early); i++)
        expect_order(early[i], "block");
    for (size_t i = 0; i < DP_COUNT(late); i++)
        expect_order("block", late[i]);
}
END_TEST

UNIT_MAIN("tensor_name", words_place_a_layer_before_or_after_others)
