#include "config.h"

#include "tui/ink/surface.h"

#include "tui/ink/kitty.h"
#include "tui/ink/placeholders.h"
#include "tui/ink/sixel.h"

#include <stdlib.h>
#include <string.h>

enum {
    /* Pixels of a kitty image, which the terminal scales: more would only cost bytes and time. */
    KITTY_MAX_CELL = 14, /* across a cell */
    KITTY_MAX_SIDE = 1024,
    MAX_LAYERS = 64, /* which the terminal keeps and draws */
};

static bool is_too_fine(const dp_surface_setting *s)
{
    const int narrow = dp_min_int(s->cell_w, s->cell_h),
              longest = dp_max_int(s->cell_w * s->place.w, s->cell_h * s->place.h);
    return narrow > KITTY_MAX_CELL || (narrow > 1 && longest > KITTY_MAX_SIDE);
}

/* Let a kitty image have a half, a third, … of the terminal's pixels. */
static void coarsen(dp_surface_setting *s)
{
    const int w = s->cell_w, h = s->cell_h;
    for (int n = 2; is_too_fine(s); n++) {
        s->cell_w = dp_ceil_div_int(w, n);
        s->cell_h = dp_ceil_div_int(h, n);
    }
}

dp_surface_setting dp_surface_setting_of(dp_ink_kind ink, const dp_caps *caps,
                                         dp_rect place)
{
    dp_surface_setting s = { .ink = ink, .place = place, .in_tmux = caps->placeholders };
    if (ink == DP_INK_OCTANTS) {
        s.cell_w = DP_OCTANT_COLS;
        s.cell_h = caps->octants || !caps->sextants ? DP_OCTANT_ROWS : DP_SEXTANT_ROWS;
        return s;
    }
    s.cell_w = caps->cell_w;
    s.cell_h = caps->cell_h;
    s.in_layers = !s.in_tmux && strncmp(caps->name, "kitty", 5) != 0;
    s.fills = strncmp(caps->name, "XTerm", 5) != 0;
    s.merges = s.in_tmux || strncmp(caps->name, "XTerm", 5) == 0;
    if (ink == DP_INK_KITTY)
        coarsen(&s);
    return s;
}

/* Whether a surface can draw by this setting. */
static bool is_possible(const dp_surface_setting *s)
{
    return s->ink >= DP_INK_OCTANTS && s->place.w > 0 && s->cell_w > 0 && s->cell_h > 0 &&
           s->cell_w <= DP_SKETCH_MAX_SIDE / s->place.w &&
           s->cell_h <= DP_SKETCH_MAX_SIDE / s->place.h &&
           (!s->in_tmux || s->place.h <= DP_PLACEHOLDER_ROWS);
}

bool dp_surface_has(const dp_surface *s, const dp_surface_setting *setting)
{
    const dp_surface_setting *a = &s->setting, *b = setting;
    return a->ink == b->ink && a->place.x == b->place.x && a->place.y == b->place.y &&
           a->place.w == b->place.w && a->place.h == b->place.h &&
           a->cell_w == b->cell_w && a->cell_h == b->cell_h && a->fills == b->fills &&
           a->in_layers == b->in_layers && a->in_tmux == b->in_tmux &&
           a->merges == b->merges;
}

static dp_code allocate(dp_surface *s, int width, int height, dp_err *err)
{
    dp_code code = dp_sketch_resize(&s->sketch, width, height, err);
    if (code == DP_OK)
        code = dp_picture_resize(&s->picture, width, height, err);
    if (code == DP_OK)
        code = dp_picture_resize(&s->shown, width, height, err);
    if (code != DP_OK)
        return code;
    free(s->cell);
    s->cell =
        calloc((size_t)s->setting.place.w * (size_t)s->setting.place.h, sizeof *s->cell);
    return s->cell ? DP_OK : dp_fail(err, DP_NOMEM, "no memory for the pad");
}

/* Free everything but what says which images the terminal keeps. */
static void clear(dp_surface *s)
{
    dp_sketch_free(&s->sketch);
    dp_picture_free(&s->picture);
    dp_picture_free(&s->shown);
    free(s->cell);
    dp_text_clear(&s->out);
    *s = (dp_surface){ .has_images = s->has_images };
}

dp_code dp_surface_set(dp_surface *s, const dp_surface_setting *setting, dp_err *err)
{
    clear(s);
    s->setting = *setting;
    if (!is_possible(setting))
        return DP_OK;
    dp_code code = allocate(s, setting->cell_w * setting->place.w,
                            setting->cell_h * setting->place.h, err);
    if (code != DP_OK)
        clear(s);
    return code;
}

void dp_surface_free(dp_surface *s)
{
    clear(s);
    *s = (dp_surface){ 0 };
}

bool dp_surface_is_on(const dp_surface *s)
{
    return s->picture.width > 0;
}

bool dp_surface_needs_cells(const dp_surface *s)
{
    return s->on_screen && (s->setting.ink != DP_INK_KITTY || s->setting.in_tmux);
}

const char *dp_surface_undo(const dp_surface *s)
{
    if (!s->has_images)
        return NULL;
    return s->setting.in_tmux ? dp_placeholders_undo : dp_kitty_undo;
}

static void remove_images(dp_surface *s)
{
    if (s->has_images && s->setting.in_tmux)
        dp_placeholders_remove(&s->out);
    else if (s->has_images)
        dp_kitty_remove(&s->out);
    s->has_images = false;
}

static void draw(dp_surface *s, const dp_update *u)
{
    switch (s->setting.ink) {
    case DP_INK_KITTY:
        if (!u->before && !s->setting.in_tmux) /* where the new image replaces it */
            remove_images(s);
        s->has_images = true;
        if (s->setting.in_tmux)
            dp_placeholders_draw(&s->out, u);
        else if (s->setting.in_layers)
            dp_kitty_draw_layer(&s->out, u, s->n_pieces + 1);
        else
            dp_kitty_draw(&s->out, u, false);
        break;
    case DP_INK_SIXEL:
        if (s->setting.fills)
            dp_sixel_draw_cells(&s->out, u);
        else
            dp_sixel_draw(&s->out, u);
        break;
    default:
        dp_octants_draw(&s->out, u, s->cell);
    }
}

/* Begin the bytes of a frame. */
static void begin(dp_surface *s)
{
    s->out.size = 0;
    s->out.failed = false;
}

/* Whether to send the whole picture although it is shown: the terminal would have to keep too many
 * pieces, or tmux may have lost one, as it does while it draws its window again. */
static bool must_merge(const dp_surface *s, bool resting)
{
    const dp_surface_setting *set = &s->setting;
    if (set->ink == DP_INK_KITTY && set->in_layers)
        return s->n_pieces >= MAX_LAYERS ||
               s->n_pixels >= s->picture.width * s->picture.height;
    return set->ink >= DP_INK_SIXEL && set->merges && resting &&
           (s->n_pieces > 0 || s->unsure);
}

/* Count what has been sent. */
static void count_pieces(dp_surface *s, const dp_update *u)
{
    const dp_area a = u->area;
    s->n_pieces = u->before ? s->n_pieces + 1 : 0;
    s->n_pixels = u->before ? s->n_pixels + (a.x1 - a.x0) * (a.y1 - a.y0) : 0;
}

const dp_text *dp_surface_show(dp_surface *s, bool resting)
{
    const dp_area all = { 0, 0, s->picture.width, s->picture.height };
    bool was_hidden = !s->on_screen, whole = was_hidden || must_merge(s, resting);
    dp_update u = { &s->picture, whole ? NULL : &s->shown, all, s->setting.place };
    begin(s);
    if (!whole)
        u.area = dp_picture_diff(&s->picture, &s->shown, s->dirty);
    s->dirty = (dp_area){ 0 };
    if (dp_area_is_empty(u.area))
        return &s->out;
    dp_text_append(&s->out, "\0337", 2); /* DECSC: cursor and colours */
    draw(s, &u);
    dp_text_append(&s->out, "\0338", 2);
    dp_picture_copy(&s->shown, &s->picture, u.area);
    s->on_screen = !s->out.failed;
    count_pieces(s, &u);
    s->unsure = was_hidden && s->setting.in_tmux;
    if (s->out.failed)
        s->out.size = 0;
    return &s->out;
}

bool dp_surface_is_unsure(const dp_surface *s)
{
    return s->unsure;
}

const dp_text *dp_surface_hide(dp_surface *s)
{
    begin(s);
    s->unsure = false;
    remove_images(s);
    s->on_screen = false;
    return &s->out;
}
