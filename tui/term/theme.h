/* Whether the pad is light on dark or dark on light, as the terminal around it. */
#ifndef DP_TUI_TERM_THEME_H
#define DP_TUI_TERM_THEME_H

#include "tui/term/caps.h"

#include <stdbool.h>

/* --theme=auto|dark|light */
typedef enum dp_theme { DP_THEME_AUTO, DP_THEME_DARK, DP_THEME_LIGHT } dp_theme;

/* Whether to draw dark ink on light paper. DP_THEME_AUTO: if the terminal's background is light, as
 * it has answered, else as the variable COLORFGBG says, which rxvt, Konsole and others set:
 * "15;0" or "15;default;0", the numbers of its text colour and of its background. NULL: not set.
 * Dark if neither says. */
bool dp_theme_is_light(dp_theme theme, const dp_caps *caps, const char *colorfgbg);

/* What that was decided by, in a few words. */
const char *dp_theme_reason(dp_theme theme, const dp_caps *caps, const char *colorfgbg);

#endif
