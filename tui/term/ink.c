#include "config.h"

#include "tui/term/ink.h"

#include <string.h>
#include <strings.h>

/* Greys that two colours a cell need. */
enum { GREYS = 256 };

static bool has_cell_size(const dp_caps *caps)
{
    return caps->cell_w > 0 && caps->cell_h > 0;
}

static bool is_named(const dp_caps *caps, const char *prefix)
{
    return strncasecmp(caps->name, prefix, strlen(prefix)) == 0;
}

/* Konsole keeps sixels behind the text that is written over them, and fills more pixels than they
 * have. It shows kitty's images well. */
static bool shows_sixels(const dp_caps *caps)
{
    return caps->sixel && !is_named(caps, "konsole");
}

bool dp_ink_is_possible(dp_ink_kind ink, const dp_caps *caps, const dp_palette *palette)
{
    switch (ink) {
    case DP_INK_ASCII:
        return true;
    case DP_INK_HALF:
        return palette->charset != DP_CHARSET_ASCII;
    case DP_INK_OCTANTS:
        return palette->charset == DP_CHARSET_UNICODE && palette->colors >= GREYS &&
               (caps->octants || caps->sextants || caps->octant_width == 1);
    case DP_INK_SIXEL:
        return shows_sixels(caps) && has_cell_size(caps);
    case DP_INK_KITTY:
        return has_cell_size(caps) &&
               (caps->kitty ||
                (caps->placeholders && palette->charset == DP_CHARSET_UNICODE));
    }
    return false;
}

/* The way to show pixels; DP_INK_ASCII if none is possible. WezTerm draws sixels well, and only a
 * part of kitty's protocol. */
static dp_ink_kind choose_pixels(const dp_caps *caps, const dp_palette *palette)
{
    bool sixel = dp_ink_is_possible(DP_INK_SIXEL, caps, palette);
    bool kitty = dp_ink_is_possible(DP_INK_KITTY, caps, palette);
    if (sixel && (!kitty || is_named(caps, "wezterm")))
        return DP_INK_SIXEL;
    return kitty ? DP_INK_KITTY : DP_INK_ASCII;
}

/* NO_COLOR asks for the terminal's own two colours, in which pixels of many greys would be
 * strange. */
static dp_ink_kind choose_best(const dp_caps *caps, const dp_palette *palette)
{
    dp_ink_kind pixels = choose_pixels(caps, palette);
    if (pixels != DP_INK_ASCII && palette->colors > 0)
        return pixels;
    if ((caps->octants || caps->sextants) &&
        dp_ink_is_possible(DP_INK_OCTANTS, caps, palette))
        return DP_INK_OCTANTS;
    return dp_ink_is_possible(DP_INK_HALF, caps, palette) ? DP_INK_HALF : DP_INK_ASCII;
}

/* The ink that a wish names. */
static dp_ink_kind ink_of(const dp_caps *caps, const dp_palette *palette,
                          dp_ink_wish wish)
{
    switch (wish) {
    case DP_WISH_AUTO:
        break;
    case DP_WISH_PIXELS:
        return choose_pixels(caps, palette);
    case DP_WISH_OCTANTS:
        return DP_INK_OCTANTS;
    case DP_WISH_HALF:
        return DP_INK_HALF;
    case DP_WISH_ASCII:
        return DP_INK_ASCII;
    }
    return choose_best(caps, palette);
}

static bool is_granted(dp_ink_kind ink, const dp_caps *caps, const dp_palette *palette,
                       dp_ink_wish wish)
{
    return dp_ink_is_possible(ink, caps, palette) &&
           (wish != DP_WISH_PIXELS || ink >= DP_INK_SIXEL);
}

dp_ink_kind dp_ink_choose(const dp_caps *caps, const dp_palette *palette,
                          dp_ink_wish wish)
{
    dp_ink_kind ink = ink_of(caps, palette, wish);
    return is_granted(ink, caps, palette, wish) ? ink : choose_best(caps, palette);
}

dp_ink_kind dp_ink_next(dp_ink_kind ink, const dp_caps *caps, const dp_palette *palette)
{
    dp_ink_kind pixels = choose_pixels(caps, palette);
    int next = ink >= DP_INK_SIXEL ? DP_INK_OCTANTS : (int)ink - 1;
    while (next >= DP_INK_HALF && !dp_ink_is_possible((dp_ink_kind)next, caps, palette))
        next--;
    if (next >= DP_INK_ASCII)
        return (dp_ink_kind)next;
    if (pixels != DP_INK_ASCII)
        return pixels;
    return dp_ink_next(DP_INK_SIXEL, caps, palette);
}

dp_ink_wish dp_ink_wish_for(dp_ink_kind ink)
{
    return ink >= DP_INK_SIXEL     ? DP_WISH_PIXELS
           : ink == DP_INK_OCTANTS ? DP_WISH_OCTANTS
           : ink == DP_INK_HALF    ? DP_WISH_HALF
                                   : DP_WISH_ASCII;
}

const char *dp_ink_name(dp_ink_kind ink)
{
    static const char *const names[] = { "characters", "half blocks", "octants",
                                         "pixels (sixel)", "pixels (kitty)" };
    return names[ink];
}

/* Why the terminal's best ink is no finer. */
static const char *reason_for_best(const dp_caps *caps, const dp_palette *palette)
{
    bool pixels = caps->kitty || caps->placeholders || shows_sixels(caps);
    switch (choose_best(caps, palette)) {
    case DP_INK_KITTY:
        return caps->placeholders ? "tmux passes images on to kitty"
                                  : "the terminal answers kitty's graphics query";
    case DP_INK_SIXEL:
        return "the terminal says that it shows sixels";
    case DP_INK_OCTANTS:
        return "the terminal draws these characters itself";
    case DP_INK_HALF:
    case DP_INK_ASCII:
        break;
    }
    if (pixels && !has_cell_size(caps))
        return "the terminal does not say how large a cell is";
    if (pixels && palette->colors == 0)
        return "there are no colours";
    if (palette->charset == DP_CHARSET_ASCII)
        return "the locale is not UTF-8";
    return "the terminal is not known to show anything finer";
}

const char *dp_ink_reason(const dp_caps *caps, const dp_palette *palette,
                          dp_ink_wish wish)
{
    if (wish != DP_WISH_AUTO)
        return is_granted(ink_of(caps, palette, wish), caps, palette, wish)
                   ? "asked for"
                   : "the terminal cannot show the ink that was asked for";
    return reason_for_best(caps, palette);
}
