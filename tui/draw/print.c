#include "config.h"

#include "tui/draw/print.h"

#include "tui/pad/save.h"

#include <stdlib.h>

dp_code dp_print_drawing(FILE *f, const dp_strokes *s, const dp_canvas *shown,
                         dp_thumbnail_style style, dp_err *err)
{
    const int side = shown->side;
    if (side == 0)
        return DP_OK;
    uint8_t *image = malloc((size_t)side * (size_t)side);
    dp_code code = image ? dp_save_render(image, side, s, shown, err)
                         : dp_fail(err, DP_NOMEM, "no memory to print the drawing");
    for (int line = 0; code == DP_OK && line < side / 2; line++) {
        dp_thumbnail_print_line(f, image, side, line, style);
        fputc('\n', f);
    }
    free(image);
    return code;
}
