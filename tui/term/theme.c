#include "config.h"

#include "tui/term/theme.h"

#include <stdlib.h>
#include <string.h>

/* Of the sixteen colours, white and all bright ones but grey are light. */
static bool is_light_color(const char *number)
{
    char *end;
    long color = strtol(number, &end, 10);
    return end > number && *end == '\0' && (color == 7 || (color > 8 && color < 16));
}

bool dp_theme_is_light(dp_theme theme, const dp_caps *caps, const char *colorfgbg)
{
    if (theme != DP_THEME_AUTO)
        return theme == DP_THEME_LIGHT;
    if (caps->has_background)
        return caps->background > 0.5F;
    const char *background = colorfgbg ? strrchr(colorfgbg, ';') : NULL;
    return background && is_light_color(background + 1);
}

const char *dp_theme_reason(dp_theme theme, const dp_caps *caps, const char *colorfgbg)
{
    return theme != DP_THEME_AUTO ? "--theme"
           : caps->has_background ? "the terminal's background"
           : colorfgbg            ? "COLORFGBG"
                                  : "the background is unknown";
}
