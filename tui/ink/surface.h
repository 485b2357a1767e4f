/* The picture of a fine ink on the screen: octants, sixels or kitty's images. ncurses draws
 * everything else and sends blank paper where the picture is; what the surface writes follows in
 * the same frame. The surface knows what the terminal shows, and sends only what differs. */
#ifndef DP_TUI_INK_SURFACE_H
#define DP_TUI_INK_SURFACE_H

#include "tui/ink/octants.h"
#include "tui/ink/picture.h"
#include "tui/term/ink.h"
#include "tui/term/rect.h"
#include "weights/io/text.h"

/* What decides how a surface draws. */
typedef struct dp_surface_setting {
    dp_ink_kind ink;
    dp_rect place;      /* the cells of the pad; w is 0 without a pad */
    int cell_w, cell_h; /* pixels of a cell in the picture */
    bool in_layers;     /* kitty's protocol: the terminal cannot edit an image */
    bool fills;         /* sixels: the terminal may fill what an image leaves out */
    bool in_tmux;       /* kitty's protocol: by placeholders */
    bool merges;        /* send the whole picture at rest: xterm keeps few pieces */
} dp_surface_setting;

typedef struct dp_surface {
    dp_surface_setting setting;

    /* The owner draws the sketch, then paints the picture and adds what changed to `dirty`. */
    dp_sketch sketch;
    dp_picture picture;
    dp_area dirty;

    dp_picture shown;     /* what the terminal shows, if `on_screen` */
    dp_octant_cell *cell; /* the same as characters, [place.h, place.w]; octants alone */
    bool on_screen;       /* the terminal shows the picture */
    bool has_images;      /* kitty's: the terminal keeps images, shown or not */
    int n_pieces;         /* sent since the whole picture was… */
    int n_pixels;         /* …and what they cover */
    bool unsure;          /* tmux may have lost the whole picture: send it once more */
    dp_area marks;        /* for the owner: the marks of the tool in the picture */
    dp_palette colors;    /* for the owner: those of the picture… */
    bool explains;        /* …and whether it shows attributions */
    dp_text out;          /* the bytes of the frame */
} dp_surface;

dp_surface_setting dp_surface_setting_of(dp_ink_kind ink, const dp_caps *caps,
                                         dp_rect place);

/* Whether the surface draws by this setting. */
bool dp_surface_has(const dp_surface *s, const dp_surface_setting *setting);

/* Draw by this setting. The surface is off if the ink is coarse, or the picture would be too large.
 * It is blank, and counts as not shown. Start from a zeroed struct. On DP_NOMEM the surface is
 * off. */
DP_MUST_CHECK
dp_code dp_surface_set(dp_surface *s, const dp_surface_setting *setting, dp_err *err);
void dp_surface_free(dp_surface *s);

/* Whether the surface can draw. */
bool dp_surface_is_on(const dp_surface *s);

/* Whether hiding the picture takes the rows of its cells to be written anew. */
bool dp_surface_needs_cells(const dp_surface *s);

/* The bytes that show the picture as it is now, to be sent after the cells of the same frame.
 * `resting`: no stroke is being drawn. They leave cursor and colours as they are. Valid until
 * the next call; empty if nothing changes. */
const dp_text *dp_surface_show(dp_surface *s, bool resting);

/* Whether to call dp_surface_show again a moment later, although nothing changes. */
bool dp_surface_is_unsure(const dp_surface *s);

/* The bytes that remove the picture, which is sent as a whole next time. The cells below must be
 * written as well. */
const dp_text *dp_surface_hide(dp_surface *s);

/* What a signal handler must write to remove the picture: a constant string; NULL: nothing. */
const char *dp_surface_undo(const dp_surface *s);

#endif
