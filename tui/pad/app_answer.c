#include "config.h"

#include "tui/pad/app_answer.h"

bool dp_app_predict(dp_app *app)
{
    if (!app->reading_stale)
        return false;
    app->reading_stale = false;
    dp_session *session = dp_model_list_session(&app->models);
    dp_session *other = dp_model_list_other(&app->models);
    if (dp_app_reads_picture(app))
        dp_pad_reading_of_picture(&app->reading, session, other, app->paper.page,
                                  &app->paper.picture);
    else
        dp_pad_reading_update(&app->reading, session, other, dp_app_strokes(app));
    bool steady = !dp_app_is_drawing(app);
    if (steady || app->latency_us == 0)
        app->latency_us = app->reading.latency_us;
    dp_insight_update(&app->insight, dp_session_model(session), &app->reading, steady);
    return true;
}

bool dp_app_use_idle_time(dp_app *app)
{
    if (app->overlay == DP_OVERLAY_MODELS &&
        dp_menu_try(&app->menu, &app->models, app->reading.image))
        return true;
    if (dp_model_list_open_other(&app->models))
        app->reading_stale |= app->reading.ink == DP_INK_ENOUGH;
    return false;
}

dp_verdict dp_app_verdict(const dp_app *app)
{
    return app->reading.ink == DP_INK_BLANK    ? DP_VERDICT_BLANK
           : app->reading.ink == DP_INK_LITTLE ? DP_VERDICT_KEEP_DRAWING
           : app->reading.prediction.rejected && !dp_app_is_drawing(app)
               ? DP_VERDICT_NOT_A_DIGIT
               : DP_VERDICT_DIGIT;
}

dp_inspector dp_app_inspector(const dp_app *app)
{
    return app->insight.inspector != DP_INSPECTOR_DEFAULT ? app->insight.inspector
           : app->layout.roomy                            ? DP_INSPECTOR_IMAGE
                                                          : DP_INSPECTOR_OFF;
}

bool dp_app_inspects_beside(const dp_app *app)
{
    return dp_app_inspector(app) != DP_INSPECTOR_OFF &&
           dp_app_inspector(app) != DP_INSPECTOR_WHY;
}
