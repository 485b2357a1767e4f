#include "config.h"

#include "tui/train/train_report.h"

#include "tui/term/out.h"
#include "tui/train/plot.h"

#include <errno.h>
#include <math.h>
#include <string.h>

dp_code dp_train_report_open(dp_train_report *r, const dp_train_options *o, dp_err *err)
{
    *r = (dp_train_report){ .style = o->style,
                            .epochs = o->recipe.config.epochs,
                            .strokes = o->strokes.n > 0,
                            .outliers = o->outlier_strokes.n > 0,
                            .log_path = o->log,
                            .origin = -1,
                            .validation = (double)NAN };
    /* If the log cannot be read, the curves are shorter; the run goes on. */
    if (o->log && o->resume && dp_train_log_read(&r->epochs_done, o->log, NULL))
        dp_train_log_clear(&r->epochs_done);
    if (o->log) {
        r->log = fopen(o->log, o->resume ? "ae" : "we");
        if (!r->log)
            return dp_fail(err, DP_IO, "%s: %s", o->log, strerror(errno));
        if (fseek(r->log, 0, SEEK_END) == 0 && ftell(r->log) == 0)
            fprintf(r->log,
                    "epoch,loss,train_accuracy,validation_accuracy,%slearning_rate,"
                    "seconds\n",
                    r->strokes ? "strokes_accuracy," : "");
    }
    dp_progress_begin(&r->bar, stderr);
    r->start = dp_progress_clock();
    return DP_OK;
}

void dp_train_report_begin_epoch(dp_train_report *r, int before)
{
    r->before = before;
    r->epoch_start = dp_progress_clock();
}

static void show_bar(dp_train_report *r, const dp_train_progress *p, double speed)
{
    char text[128], validation[32] = "";
    if (!isnan(r->validation))
        snprintf(validation, sizeof validation, "  valid %.2f %%", 100 * r->validation);
    snprintf(text, sizeof text, "epoch %d/%d  loss %.4f%s  %.0f images/s", p->epoch,
             r->epochs, p->loss, validation, speed);
    /* Measure progress from the resumption, so that the remaining time is right. */
    double done = (p->epoch - 1 + (double)p->step / p->steps) / r->epochs;
    if (r->origin < 0)
        r->origin = done;
    double left = 1 - r->origin;
    dp_progress_show(&r->bar, left > 0 ? (done - r->origin) / left : 1, text);
}

static void print_step(dp_train_report *r, const dp_train_progress *p, double speed,
                       double now)
{
    const double interval = 0.25; /* seconds between two lines */
    if (now - r->said < interval)
        return;
    r->said = now;
    printf("{\"epoch\":%d,\"epochs\":%d,\"step\":%d,\"steps\":%d,\"loss\":%.6f,"
           "\"images_per_s\":%.1f}\n",
           p->epoch, r->epochs, p->step, p->steps, p->loss, speed);
    fflush(stdout);
}

void dp_train_report_step(dp_train_report *r, const dp_train_progress *p)
{
    double now = dp_progress_clock();
    double speed = (p->images - r->before) / (now - r->epoch_start);
    if (r->style == DP_TRAIN_BAR)
        show_bar(r, p, speed);
    else if (r->style == DP_TRAIN_NDJSON)
        print_step(r, p, speed, now);
}

/* Print a column of the log, which is empty for NAN. */
static void log_score(FILE *f, double score)
{
    if (!isnan(score))
        fprintf(f, "%.6f", score);
    fputc(',', f);
}

static void log_epoch(const dp_train_report *r, const dp_train_progress *p,
                      const dp_train_scores *scores, double seconds)
{
    fprintf(r->log, "%d,%.6f,%.6f,", p->epoch, p->loss, p->accuracy);
    log_score(r->log, scores->validation);
    if (r->strokes)
        log_score(r->log, scores->strokes);
    fprintf(r->log, "%.6g,%.3f\n", (double)p->rate, seconds);
    fflush(r->log);
}

/* Print a key with a number, or with null for NAN. */
static void print_score(const char *key, double score)
{
    if (isnan(score))
        printf("\"%s\":null,", key);
    else
        printf("\"%s\":%.6f,", key, score);
}

static void print_epoch(const dp_train_report *r, const dp_train_progress *p,
                        const dp_train_scores *scores, double seconds)
{
    printf("{\"epoch\":%d,\"epochs\":%d,\"loss\":%.6f,\"train_accuracy\":%.6f,", p->epoch,
           r->epochs, p->loss, p->accuracy);
    print_score("validation_accuracy", scores->validation);
    if (r->strokes)
        print_score("strokes_accuracy", scores->strokes);
    printf("\"learning_rate\":%.6g,\"seconds\":%.3f}\n", (double)p->rate, seconds);
    fflush(stdout);
}

/* Print a share and the text around it, or nothing if it is NAN. */
static void tell(const char *before, const char *name, double score, const char *after)
{
    if (!isnan(score))
        fprintf(stderr, "%s%s %.2f %%%s", before, name, 100 * score, after);
}

void dp_train_report_epoch(dp_train_report *r, const dp_train_progress *p,
                           const dp_train_scores *scores)
{
    double seconds = dp_progress_clock() - r->epoch_start;
    const dp_epoch epoch = { p->loss, p->accuracy, scores->validation };
    r->validation = scores->validation;
    if (dp_train_log_add(&r->epochs_done, &epoch, NULL))
        dp_train_log_clear(&r->epochs_done); /* out of memory: show no curves */
    if (r->log)
        log_epoch(r, p, scores, seconds);
    if (r->style == DP_TRAIN_NDJSON) {
        print_epoch(r, p, scores, seconds);
    } else if (r->style == DP_TRAIN_BAR) {
        dp_progress_clear(&r->bar);
        fprintf(stderr, "epoch %2d/%d  loss %.4f  training %.2f %%", p->epoch, r->epochs,
                p->loss, 100 * p->accuracy);
        tell("  ", "validation", scores->validation, "");
        tell("  ", "strokes", scores->strokes, "");
        fprintf(stderr, "  rate %.2g  %.1f s\n", (double)p->rate, seconds);
    }
}

static void print_result(const dp_train_report *r, const dp_train_scores *scores,
                         double seconds)
{
    printf("{\"done\":true,");
    print_score("validation_accuracy", scores->validation);
    print_score("test_accuracy", scores->test);
    if (r->strokes) {
        print_score("strokes_accuracy", scores->strokes);
        print_score("strokes_test_accuracy", scores->strokes_test);
    }
    if (r->outliers)
        print_score("outliers_rejected", scores->outliers);
    printf("\"seconds\":%.3f}\n", seconds);
}

void dp_train_report_result(dp_train_report *r, const dp_train_scores *scores)
{
    double seconds = dp_progress_clock() - r->start;
    if (r->style == DP_TRAIN_NDJSON) {
        print_result(r, scores, seconds);
    } else if (r->style == DP_TRAIN_BAR) {
        dp_progress_clear(&r->bar);
        if (r->bar.shown)
            dp_plot_print(stderr, &r->epochs_done, dp_out_utf8());
        tell("", "validation", scores->validation, ", ");
        tell("", "test", scores->test, ", ");
        tell("", "strokes", scores->strokes, ", ");
        tell("", "test strokes", scores->strokes_test, ", ");
        tell("", "other drawings rejected", scores->outliers, ", ");
        fprintf(stderr, "%.0f s in all\n", seconds);
    }
}

dp_code dp_train_report_close(dp_train_report *r, dp_err *err)
{
    dp_progress_clear(&r->bar);
    dp_train_log_clear(&r->epochs_done);
    if (!r->log)
        return DP_OK;
    bool bad = ferror(r->log);
    if (fclose(r->log) != 0 || bad)
        return dp_fail(err, DP_IO, "%s: %s", r->log_path, strerror(errno));
    return DP_OK;
}
