#include "config.h"

#include "weights/io/base64.h"

#include <stdint.h>
#include <string.h>

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t dp_base64_length(size_t n)
{
    return (n + 2) / 3 * 4;
}

void dp_base64_encode(char *text, const unsigned char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i += 3) {
        size_t have = n - i < 3 ? n - i : 3;
        uint32_t group = 0;
        for (size_t k = 0; k < 3; k++)
            group = group << 8 | (k < have ? bytes[i + k] : 0u);
        for (size_t k = 0; k < 4; k++)
            *text++ = k <= have ? digits[group >> (18 - 6 * k) & 63] : '=';
    }
    *text = '\0';
}

bool dp_base64_decode(unsigned char *bytes, size_t n, const char *text, size_t length)
{
    if (length != dp_base64_length(n))
        return false;
    for (size_t i = 0; i < n; i += 3) {
        size_t have = n - i < 3 ? n - i : 3;
        uint32_t group = 0;
        for (size_t k = 0; k < 4; k++, text++) {
            const char *digit = *text ? strchr(digits, *text) : NULL;
            if (k > have ? *text != '=' : !digit)
                return false;
            group = group << 6 | (k > have ? 0u : (uint32_t)(digit - digits));
        }
        for (size_t k = 0; k < have; k++)
            bytes[i + k] = (unsigned char)(group >> (16 - 8 * k));
    }
    return true;
}
