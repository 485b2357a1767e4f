#include "config.h"

#include "tui/pad/layout.h"

#include "engine/core/arith.h"

enum {
    INSET_W = 28,
    INSET_H = 14,
    BARS_H = 10,
    ANSWER_W = 16,
    PLAIN_W = 33,     /* columns that the bars with their percentages need… */
    PLAIN_MAX_W = 44, /* …and the most that they get */
    GAP = 3,          /* columns between the plain panel and an inset beside it */
    BORDER = 2,       /* the frame, and a blank column inside it, on either side */
    DIGIT_MAX_H = 9,
    COMPACT_SIDE = DP_PAD_MIN_SIDE,
};

static dp_rect rect(int x, int y, int w, int h)
{
    return (dp_rect){ .x = x, .y = y, .w = w, .h = h };
}

/* In columns. A digit h rows high is 2h pixels high and about three quarters as wide. */
static int digit_width(int h)
{
    return h * 3 / 2 + 1;
}

/* Place digit and answer side by side in w columns and h rows from (x, y) on. */
static void place_answer(dp_panel *p, int x, int y, int w, int h)
{
    p->digit = rect(x + 1, y, digit_width(h), h);
    int left = x + dp_max_int(digit_width(h) + 4, 13);
    p->answer = rect(left, y, dp_min_int(x + w - left, ANSWER_W), h);
}

/* Place digit and answer above the ten bars, in h ≥ 14 rows. */
static void place_column(dp_panel *p, int x, int y, int w, int h)
{
    int gap = h > BARS_H + 4;
    int digit_h = dp_min_int(h - BARS_H - gap, DIGIT_MAX_H);
    int spare = (h - BARS_H - gap - digit_h) / 3; /* above, between and below */
    place_answer(p, x, y + spare, w, digit_h);
    p->bars = rect(x, y + spare + digit_h + gap + spare, w, BARS_H);
}

/* Place the inset, with a row for its title, below the bars. False if there are too few rows. */
static bool place_inset_below(dp_layout *l, int x, int y, int w, int h)
{
    enum { BELOW = INSET_H + 2, LEAST = BARS_H + 1 + 6 };
    if (h < LEAST + BELOW)
        return false;
    place_column(&l->plain, x, y, w, h - BELOW);
    l->plain.inset = rect(x + (w - INSET_W) / 2, y + h - INSET_H, INSET_W, INSET_H);
    l->plain.maps = rect(x, y + h - INSET_H, w, INSET_H);
    l->inspector = l->plain;
    return true;
}

/* There is no room for bars and inset. Let the inset replace the bars and shrink the digit; if
 * even that does not fit, put the inset on the pad. */
static void place_inset_instead(dp_layout *l, int x, int y, int w, int h)
{
    enum { LEAST = 4 + 1 + INSET_H };
    l->inspector = l->plain;
    if (h < LEAST) {
        l->inset_on_pad = true;
        l->inspector.inset = rect(l->pad.x + (l->pad.w - INSET_W) / 2,
                                  l->pad.y + (l->pad.h - INSET_H) / 2, INSET_W, INSET_H);
        l->inspector.maps = l->pad;
        return;
    }
    /* One row more than the inset needs separates two rows of maps. */
    int maps = dp_min_int(h - 1 - 4, INSET_H + 1);
    place_answer(&l->inspector, x, y, w, dp_min_int(h - maps - 1, DIGIT_MAX_H));
    l->inspector.bars = rect(0, 0, 0, 0);
    l->inspector.inset = rect(x + (w - INSET_W) / 2, y + h - INSET_H, INSET_W, INSET_H);
    l->inspector.maps = rect(x, y + h - maps, w, maps);
}

/* Place everything inside the frame of the panel. */
static void fill_panel(dp_layout *l)
{
    int x = l->frame.x + BORDER, w = l->frame.w - 2 * BORDER;
    int top = l->frame.y + 1, inner = l->frame.h - 2;
    int blank =
        inner > BARS_H + 6; /* a blank row above and below, unless rows are scarce */
    int y = top + blank, h = inner - 2 * blank;
    if (w >= PLAIN_W + GAP + INSET_W && h >= INSET_H + 1) {
        int left = w - GAP - INSET_W;
        l->roomy = true;
        place_column(&l->plain, x, y, left, h);
        l->plain.inset =
            rect(x + left + GAP, y + dp_max_int((h - INSET_H) / 2, 1), INSET_W, INSET_H);
        l->plain.maps = rect(x + left + GAP, y + 1, INSET_W, h - 1);
        l->inspector = l->plain;
        return;
    }
    l->roomy = place_inset_below(l, x, y, w, h);
    if (l->roomy)
        return;
    place_column(&l->plain, x, y, w, h);
    place_inset_instead(l, x, top, w, inner);
}

/* The width of the panel if `room` columns are left for it. */
static int panel_width(int room)
{
    enum { BESIDE = PLAIN_MAX_W + GAP + INSET_W + 2 * BORDER };
    if (room >= PLAIN_W + GAP + INSET_W + 2 * BORDER)
        return dp_min_int(room, BESIDE);
    return dp_min_int(room, PLAIN_MAX_W + 2 * BORDER);
}

static void lay_out_full(dp_layout *l, int side)
{
    int panel = panel_width(l->cols - side - 3);
    int width = side + 3 + panel, height = side / 2 + 4;
    int x = (l->cols - width) / 2, y = (l->rows - height) / 2;
    l->pad = rect(x + 1, y + 1, side, side / 2);
    l->frame = rect(x + side + 3, y, panel, side / 2 + 2);
    l->status = rect(x, y + side / 2 + 2, width, 1);
    l->keys = rect(x, y + side / 2 + 3, width, 1);
    fill_panel(l);
}

/* The pad with its frame takes 30×16 cells; digit, confidence and three bars are beside it. */
static void lay_out_compact(dp_layout *l)
{
    enum { H = COMPACT_SIDE / 2 + 2, FRAME_W = COMPACT_SIDE + 2, BESIDE_MAX = 22 };
    int beside = dp_min_int(l->cols - FRAME_W, BESIDE_MAX);
    int x = (l->cols - FRAME_W - beside) / 2, y = (l->rows - H) / 2;
    l->compact = true;
    l->inset_on_pad = true;
    l->pad = rect(x + 1, y + 1, COMPACT_SIDE, COMPACT_SIDE / 2);
    int left = x + FRAME_W + 1, w = beside - 1;
    l->plain.digit = rect(left + (w - 9) / 2, y + 1, 9, 6);
    l->plain.answer = rect(left, y + 8, w, 3);
    l->plain.bars = rect(left, y + 12, w, 3);
    l->inspector = l->plain;
    l->inspector.inset = l->inspector.maps = l->pad;
}

dp_layout dp_layout_of(int cols, int rows)
{
    dp_layout l = { .cols = dp_max_int(cols, 0), .rows = dp_max_int(rows, 0) };
    if (cols < DP_LAYOUT_MIN_COLS || rows < DP_LAYOUT_MIN_ROWS) {
        l.too_small = true;
        return l;
    }
    int side = dp_min_int(dp_min_int(cols - 40, 2 * (rows - 4)), DP_PAD_MAX_SIDE) & ~1;
    if (side >= DP_PAD_MIN_SIDE)
        lay_out_full(&l, side);
    else
        lay_out_compact(&l);
    return l;
}

static void print_rect(FILE *f, const char *name, dp_rect r)
{
    if (r.w > 0)
        fprintf(f, ",\"%s\":{\"x\":%d,\"y\":%d,\"w\":%d,\"h\":%d}", name, r.x, r.y, r.w,
                r.h);
}

void dp_layout_print(FILE *f, const dp_layout *l)
{
    fprintf(f, "{\"cols\":%d,\"rows\":%d,\"too_small\":%s", l->cols, l->rows,
            l->too_small ? "true" : "false");
    if (!l->too_small)
        fprintf(f, ",\"compact\":%s", l->compact ? "true" : "false");
    print_rect(f, "pad", l->pad);
    print_rect(f, "panel", l->frame);
    print_rect(f, "digit", l->plain.digit);
    print_rect(f, "answer", l->plain.answer);
    print_rect(f, "bars", l->plain.bars);
    print_rect(f, "inset", l->inspector.inset);
    print_rect(f, "status", l->status);
    print_rect(f, "keys", l->keys);
    fputs("}\n", f);
}
