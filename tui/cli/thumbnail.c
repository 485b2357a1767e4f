#include "config.h"

#include "tui/cli/thumbnail.h"

#include <stddef.h>

static void print_ascii(FILE *f, int upper, int lower)
{
    static const char ramp[] = " .:-=+*#%@";
    fputc(ramp[(upper + lower) * 9 / 510], f);
}

static void print_block(FILE *f, int upper, int lower)
{
    static const char *const blocks[] = { " ", "▀", "▄", "█" };
    fputs(blocks[(upper >= 128) + 2 * (lower >= 128)], f);
}

/* In the 256-colour palette, the 24 greys are 232 … 255. */
static void print_grey(FILE *f, int upper, int lower)
{
    fprintf(f, "\033[38;5;%d;48;5;%dm▀", 232 + upper * 23 / 255, 232 + lower * 23 / 255);
}

dp_thumbnail_style dp_thumbnail_style_for(FILE *f, int charset, dp_when color)
{
    bool utf8 = charset == 0 ? dp_out_utf8() : charset == 1;
    if (!utf8)
        return DP_THUMBNAIL_ASCII;
    return dp_out_color(f, color) ? DP_THUMBNAIL_COLOR : DP_THUMBNAIL_UTF8;
}

void dp_thumbnail_print_line(FILE *f, const uint8_t *image, int side, int line,
                             dp_thumbnail_style style)
{
    static void (*const print[])(FILE *, int, int) = {
        [DP_THUMBNAIL_ASCII] = print_ascii,
        [DP_THUMBNAIL_UTF8] = print_block,
        [DP_THUMBNAIL_COLOR] = print_grey,
    };
    const uint8_t *upper = image + (ptrdiff_t)2 * line * side;
    for (int x = 0; x < side; x++)
        print[style](f, upper[x], upper[x + side]);
    if (style == DP_THUMBNAIL_COLOR)
        fputs("\033[0m", f);
}
