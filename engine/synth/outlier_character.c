/* Characters of alphabets that do not exist: lines, arcs, hooks, loops and waves of a pen, put
 * together at random. Real alphabets are made of the same strokes, so a network that has seen
 * these also rejects letters that it has never seen. */
#include "config.h"

#include "engine/synth/outlier_draw.h"

#include "engine/core/arith.h"
#include "engine/synth/deform.h"
#include "engine/synth/glyph.h"

static const char *const strokes[] = {
    "0,0! 100,100!",                                    /* line */
    "50,0! 50,100!",                                    /* upright */
    "0,50! 100,50!",                                    /* level */
    "100,0 20,20 0,50 20,80 100,100",                   /* arc */
    "0,0 10,80 50,100 90,80 100,0",                     /* bowl */
    "0,100! 50,0! 100,100!",                            /* peak */
    "0,0! 0,100! 100,100!",                             /* corner */
    "100,0! 100,70 70,100 20,90 0,60",                  /* hook */
    "50,0 10,20 0,60 50,100 100,60 90,20 50,0",         /* ring */
    "0,100! 40,40 80,0 100,30 60,50 0,20",              /* loop */
    "0,30 25,0 50,50 75,100 100,70",                    /* wave */
    "50,50 70,60 60,80 30,70 20,30 60,0 100,30 90,100", /* spiral */
};

/* A part of the square of a character. Mirrored if x0 > x1. */
static dp_bounds random_part(dp_rng *rng)
{
    const float side = DP_OUTLIER_SIDE, least = 25, most = 70;
    const float width = dp_rng_range(rng, least, most);
    const float height = dp_rng_range(rng, least, most);
    const float left = dp_rng_range(rng, 0, side - width);
    const float top = dp_rng_range(rng, 0, side - height);
    dp_bounds part = { left, top, left + width, top + height };
    if (dp_rng_uniform(rng) < 0.5f) {
        part.x0 = left + width;
        part.x1 = left;
    }
    return part;
}

static dp_code add_stroke(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    const float jitter = 6;
    const char *text = strokes[dp_rng_below(rng, DP_COUNT(strokes))];
    dp_strokes one = { 0 };
    dp_code code = dp_glyph_draw(&one, text, jitter, rng, err);
    if (!code) {
        dp_deform_fit(&one, random_part(rng));
        code = dp_strokes_append(s, &one, err);
    }
    dp_strokes_clear(&one);
    return code;
}

/* With fewer than three strokes, many would be digits. */
dp_code dp_outlier_draw_character(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    dp_code code = DP_OK;
    for (int left = dp_rng_int(rng, 3, 4); left > 0 && !code; left--)
        code = add_stroke(s, rng, err);
    return code;
}
