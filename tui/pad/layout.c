#include "config.h"

#include "tui/pad/layout.h"

#include "engine/core/arith.h"

enum {
    INSET_W = 28,
    INSET_H = 14,
    INSET_MAX = 3, /* times these */
    N_BARS = 10,
    ANSWER_W = 16,
    COLUMN_W = 33,     /* columns that bars with percentages need… */
    COLUMN_MAX_W = 44, /* …and the most that they get in a column */
    ROW_MIN_W = 36,    /* columns that bars beside the answer need… */
    ROW_W = 60,        /* …and as many as look well */
    ROW_MIN_H = N_BARS,
    GAP = 3,    /* columns between two parts of the panel */
    BORDER = 2, /* the frame of the panel, and a blank column inside it, on either side */
    DIGIT_MAX_H = 9, /* unless the panel is high */
    BESIDE_MIN = 10, /* columns beside the pad in the compact form */
    BESIDE_MAX = 22,
    BELOW_MIN =
        ROW_MIN_H + 2 + 2, /* rows below the pad in the tall form: frame, status, keys */
    PANEL_MAX_H = 64,
    HINTS_W = 78, /* columns of all hints of keys */
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

/* Rows of the ten bars in `room` rows: one, two or three for each. */
static int bars_height(int room)
{
    return N_BARS * dp_clamp_int(room / N_BARS, 1, 3);
}

/* How many times 28×14 cells an inset can have in w columns and h rows. */
static int inset_scale(int w, int h)
{
    return dp_clamp_int(dp_min_int(w / INSET_W, h / INSET_H), 0, INSET_MAX);
}

/* ---- digit, answer and bars ------------------------------------------------------------ */

/* Place digit and answer side by side in w columns and h rows from (x, y) on. */
static void place_answer(dp_panel *p, int x, int y, int w, int h)
{
    p->digit = rect(x + 1, y, digit_width(h), h);
    int left = x + dp_max_int(digit_width(h) + 4, 13);
    p->answer = rect(left, y, dp_min_int(x + w - left, ANSWER_W), h);
}

/* Place digit and answer above the bars: at least 33×14 cells. */
static void place_column(dp_panel *p, dp_rect r)
{
    int gap = r.h > N_BARS + 4, bars = bars_height(r.h - N_BARS);
    int widest = (r.w - ANSWER_W - 5) * 2 / 3;
    int digit = dp_max_int(dp_min_int(r.h / 3, widest), DIGIT_MAX_H);
    digit = dp_min_int(r.h - bars - gap, digit);
    int spare = (r.h - bars - gap - digit) / 3; /* above, between and below */
    place_answer(p, r.x, r.y + spare, r.w, digit);
    p->bars = rect(r.x, r.y + spare + digit + gap + spare, r.w, bars);
}

/* Place digit above answer, and the bars beside them: at least 36×10 cells. */
static void place_row(dp_panel *p, dp_rect r)
{
    int answer = r.h < N_BARS + 4 ? 4 : 6, bars = bars_height(r.h);
    int widest = dp_max_int(r.w / 3, ANSWER_W);
    int digit = dp_min_int(r.h - answer - 1, (widest - 1) * 2 / 3);
    int w = dp_max_int(digit_width(digit), ANSWER_W);
    int y = r.y + (r.h - digit - 1 - answer) / 2;
    p->digit = rect(r.x + (w - digit_width(digit)) / 2, y, digit_width(digit), digit);
    p->answer = rect(r.x, y + digit + 1, w, answer);
    p->bars = rect(r.x + w + GAP, r.y + (r.h - bars) / 2, r.w - w - GAP, bars);
}

static void place_main(dp_panel *p, dp_rect r)
{
    if (r.w >= ROW_W || (r.w >= ROW_MIN_W && r.h < N_BARS + 8))
        place_row(p, r);
    else
        place_column(p, r);
}

/* ---- the inset ------------------------------------------------------------------------- */

/* Place everything with the inset, k times as large as the network's image, beside the bars. Its
 * title is beside the top of the digit. */
static void place_inset_beside(dp_layout *l, dp_rect r, int k)
{
    int w = k * INSET_W, h = k * INSET_H, left = r.w - GAP - w;
    l->roomy = true;
    place_main(&l->plain, rect(r.x, r.y, left, r.h));
    int y = dp_min_int(l->plain.digit.y + 1, r.y + r.h - h);
    l->plain.inset = rect(r.x + left + GAP, y, w, h);
    l->plain.maps = rect(r.x + left + GAP, r.y + 1, w, r.h - 1);
    l->inspector = l->plain;
}

/* The same with the inset, and a row for its title, below the bars. */
static void place_inset_below(dp_layout *l, dp_rect r, int k)
{
    int w = k * INSET_W, h = k * INSET_H;
    l->roomy = true;
    place_main(&l->plain, rect(r.x, r.y, r.w, r.h - h - 2));
    l->plain.inset = rect(r.x + (r.w - w) / 2, r.y + r.h - h, w, h);
    l->plain.maps = rect(r.x, r.y + r.h - h, r.w, h);
    l->inspector = l->plain;
}

/* The inset covers the pad. */
static void place_inset_on_pad(dp_layout *l)
{
    dp_rect pad = l->pad;
    int k = inset_scale(pad.w, pad.h), w = k * INSET_W, h = k * INSET_H;
    l->inset_on_pad = true;
    l->inspector = l->plain;
    l->inspector.inset = rect(pad.x + (pad.w - w) / 2, pad.y + (pad.h - h) / 2, w, h);
    l->inspector.maps = rect(pad.x + 1, pad.y + 1, pad.w - 2, pad.h - 2);
}

/* Bars and inset do not fit together. Let the inset replace the bars in r, all that is inside the
 * frame, and shrink the digit; if even that does not fit, put the inset on the pad. */
static void place_inset_instead(dp_layout *l, dp_rect r)
{
    enum { DIGIT = 4, TITLE = 1, LEAST = DIGIT + TITLE + INSET_H };
    if (r.h < LEAST) {
        place_inset_on_pad(l);
        return;
    }
    /* One row more than the inset needs separates two rows of maps, another one maps and frame. */
    int maps = dp_min_int(r.h - DIGIT - TITLE - 1, INSET_H + 1), blank = r.h > LEAST;
    dp_panel *p = &l->inspector;
    *p = l->plain;
    place_answer(p, r.x, r.y, r.w, dp_min_int(r.h - maps - TITLE - 1, DIGIT_MAX_H));
    p->bars = rect(0, 0, 0, 0);
    p->inset =
        rect(r.x + (r.w - INSET_W) / 2, r.y + r.h - INSET_H - blank, INSET_W, INSET_H);
    p->maps = rect(r.x, r.y + r.h - 1 - maps, r.w, maps);
}

/* The scale of an inset beside the bars, which are narrow only if it is small. */
static int inset_beside(dp_rect r)
{
    int wide = inset_scale(r.w - COLUMN_MAX_W - GAP, r.h - 1);
    int narrow = inset_scale(r.w - COLUMN_W - GAP, r.h - 1);
    return dp_max_int(wide, dp_min_int(narrow, 1));
}

/* Place everything inside the frame of the panel, with the largest inset. */
static void fill_panel(dp_layout *l)
{
    dp_rect f = l->frame;
    dp_rect inner = rect(f.x + BORDER, f.y + 1, f.w - 2 * BORDER, f.h - 2), r = inner;
    bool roomy = inner.h > N_BARS + 6; /* enough rows for a blank one above and below */
    if (roomy) {
        r.y++;
        r.h -= 2;
    }
    int main_h = r.w >= ROW_MIN_W ? ROW_MIN_H : N_BARS + 7;
    int beside = roomy ? inset_beside(r) : 0;
    int below = inset_scale(r.w, r.h - main_h - 2);
    if (beside > 0 && beside >= below) {
        place_inset_beside(l, r, beside);
    } else if (below > 0) {
        place_inset_below(l, r, below);
    } else {
        place_main(&l->plain, r);
        place_inset_instead(l, inner);
    }
}

/* ---- the forms ------------------------------------------------------------------------- */

/* The width of a panel of h rows beside the pad if `room` columns are left for it. */
static int panel_width(int room, int h)
{
    int inset = dp_max_int(inset_scale(room, h - 5), 1) * INSET_W;
    if (room < COLUMN_W + GAP + INSET_W + 2 * BORDER)
        inset = -GAP;
    return dp_min_int(room, COLUMN_MAX_W + GAP + inset + 2 * BORDER);
}

/* Rows of status and hints of keys, if there are `rows` for them: three if a row is too narrow for
 * all hints, none if there is only one. */
static int footer_height(int width, int rows)
{
    return rows < 2 ? 0 : dp_min_int(rows, width < HINTS_W ? 3 : 2);
}

static void place_footer(dp_layout *l, int x, int y, int width, int rows)
{
    if (rows == 0)
        return;
    l->status = rect(x, y, width, 1);
    l->keys = rect(x, y + 1, width, rows - 1);
}

/* The panel beside the pad, as high as the pad. */
static void lay_out_wide(dp_layout *l, int side)
{
    int height = side / 2 + 2, panel = panel_width(l->cols - side - 3, height);
    int width = side + 3 + panel, footer = footer_height(width, l->rows - height);
    int x = (l->cols - width) / 2, y = (l->rows - height - footer) / 2;
    l->pad = rect(x + 1, y + 1, side, side / 2);
    l->frame = rect(x + side + 3, y, panel, height);
    place_footer(l, x, y + height, width, footer);
    fill_panel(l);
}

/* The panel below the pad, and at least as wide. */
static void lay_out_tall(dp_layout *l, int side)
{
    enum { INSET = GAP + INSET_W };
    int above = side / 2 + 2, rest = l->rows - above; /* rows */
    int wanted = ROW_W + 2 * BORDER + (rest > INSET_H + 6 ? INSET : 0);
    int width = dp_min_int(l->cols, dp_max_int(side + 2, wanted));
    int footer = footer_height(width, rest - ROW_MIN_H - 2);
    int height = dp_min_int(rest - footer, PANEL_MAX_H);
    int x = (l->cols - width) / 2, y = (rest - footer - height) / 2;
    l->tall = true;
    l->pad = rect((l->cols - side) / 2, y + 1, side, side / 2);
    l->frame = rect(x, y + above, width, height);
    place_footer(l, x, y + above + height, width, footer);
    fill_panel(l);
}

/* Only the pad with its frame, and digit, confidence and bars beside it. Status and keys get the
 * rows that are left. */
static void lay_out_compact(dp_layout *l, int side)
{
    enum { ANSWER = 3, BLANK = 2, LEAST = 6 };
    int h = side / 2, beside = dp_min_int(l->cols - side - 2, BESIDE_MAX);
    int width = side + 2 + beside, footer = footer_height(width, l->rows - h - 2);
    int x = (l->cols - width) / 2, y = (l->rows - h - 2 - footer) / 2;
    l->compact = true;
    l->pad = rect(x + 1, y + 1, side, h);
    int left = x + side + 3, w = beside - 1;
    int bars = h >= LEAST + ANSWER + BLANK + N_BARS ? N_BARS : 3;
    int digit = dp_min_int(h - ANSWER - BLANK - bars, dp_min_int(w * 2 / 3, DIGIT_MAX_H));
    l->plain.digit = rect(left + (w - digit * 3 / 2) / 2, y + 1, digit * 3 / 2, digit);
    l->plain.answer = rect(left, y + digit + 2, w, ANSWER);
    l->plain.bars = rect(left, y + 1 + h - bars, w, bars);
    place_footer(l, x, y + h + 2, width, footer);
    place_inset_on_pad(l);
}

/* The even side of the largest pad that fits into cols × rows cells; a row counts as two. */
static int pad_side(int cols, int rows)
{
    return dp_min_int(dp_min_int(cols, 2 * rows), DP_PAD_MAX_SIDE) & ~1;
}

dp_layout dp_layout_of(int cols, int rows)
{
    dp_layout l = { .cols = dp_max_int(cols, 0), .rows = dp_max_int(rows, 0) };
    if (cols < DP_LAYOUT_MIN_COLS || rows < DP_LAYOUT_MIN_ROWS) {
        l.too_small = true;
        return l;
    }
    int beside = dp_clamp_int(cols - DP_PAD_MIN_SIDE - 2, BESIDE_MIN, BESIDE_MAX);
    int wide = pad_side(cols - 3 - COLUMN_W - 2 * BORDER, rows - 4);
    int tall = pad_side(cols - 2, rows - 2 - BELOW_MIN);
    int compact = pad_side(cols - 2 - beside, rows - 2);
    if (wide >= DP_PAD_MIN_SIDE && wide >= tall)
        lay_out_wide(&l, wide);
    else if (tall >= DP_PAD_MIN_SIDE && (wide >= DP_PAD_MIN_SIDE || tall >= compact))
        lay_out_tall(&l, tall);
    else
        lay_out_compact(&l, compact);
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
        fprintf(f, ",\"compact\":%s,\"tall\":%s", l->compact ? "true" : "false",
                l->tall ? "true" : "false");
    print_rect(f, "pad", l->pad);
    print_rect(f, "panel", l->frame);
    print_rect(f, "digit", l->plain.digit);
    print_rect(f, "answer", l->plain.answer);
    print_rect(f, "bars", l->plain.bars);
    print_rect(f, "inset", l->inspector.inset);
    print_rect(f, "maps", l->inspector.maps);
    print_rect(f, "status", l->status);
    print_rect(f, "keys", l->keys);
    fputs("}\n", f);
}
