/* The results of eval as one JSON object. */
#include "config.h"

#include "tui/eval/eval.h"

#include <math.h>
#include <stdio.h>

static void print_json_confusion(const dp_metrics *m)
{
    printf("\"confusion\":[");
    for (int i = 0; i < DP_DIGITS; i++) {
        printf(i > 0 ? ",[" : "[");
        for (int k = 0; k < DP_DIGITS; k++)
            printf(k > 0 ? ",%d" : "%d", m->confusion[i][k]);
        printf("]");
    }
    printf("]");
}

static void print_json_classes(const dp_metrics *m)
{
    printf("\"per_class\":[");
    for (int i = 0; i < DP_DIGITS; i++) {
        dp_class_metrics c = dp_metrics_class(m, i);
        printf("%s{\"digit\":%d,\"precision\":%.6f,\"recall\":%.6f,\"f1\":%.6f,"
               "\"support\":%d}",
               i > 0 ? "," : "", i, c.precision, c.recall, c.f1, c.support);
    }
    printf("]");
}

/* null if the network does not have it. */
static void print_number(double x)
{
    if (isnan(x))
        printf("null");
    else
        printf("%.6f", x);
}

static void print_json_hardest(const dp_eval *e)
{
    printf("\"hardest\":[");
    for (int i = 0; i < dp_eval_shown(e); i++) {
        int k = e->hardest[i];
        const dp_prediction *p = &e->prediction[k];
        printf("%s{\"index\":%d,\"label\":%d,\"digit\":%d,\"confidence\":",
               i > 0 ? "," : "", k, e->images.label[k], p->rank[0]);
        print_number((double)p->prob[p->rank[0]]);
        putchar('}');
    }
    printf("]");
}

/* Print the outliers of --outliers by group. */
static void print_json_groups(const dp_eval *e)
{
    printf(",\"outliers\":[");
    for (int i = 0; i < e->groups.n; i++)
        printf("%s{\"group\":\"%s\",\"rejected\":%d,\"total\":%d}", i > 0 ? "," : "",
               e->groups.entry[i].name, e->group[i].rejected, e->group[i].n);
    printf("]");
}

static void print_json_rejection(const dp_eval *e)
{
    printf(",\"rejection\":");
    if (!e->rejects) {
        printf("null");
        return;
    }
    dp_rejection all = dp_eval_outliers(e);
    printf("{\"digits\":{\"rejected\":%d,\"total\":%d},"
           "\"outliers\":{\"rejected\":%d,\"total\":%d},\"kinds\":[",
           e->n_rejected, e->images.n, all.rejected, all.n);
    for (int i = 0; i < DP_OUTLIER_COUNT; i++)
        printf("%s{\"kind\":\"%s\",\"rejected\":%d,\"total\":%d}", i > 0 ? "," : "",
               dp_outlier_name((dp_outlier)i), e->rejection[i].rejected,
               e->rejection[i].n);
    printf("]}");
}

static void print_json_sweep(const dp_eval *e)
{
    printf(",\"sweep\":[");
    for (int i = 0; i < DP_SWEEP_AXES; i++) {
        const dp_sweep_axis *axis = &dp_sweep_axes[i];
        printf("%s{\"axis\":\"%s\",\"unit\":\"%s\",\"normalized\":%s,"
               "\"points\":[",
               i > 0 ? "," : "", axis->name, axis->unit,
               i < DP_SWEEP_GEOMETRIC ? "false" : "true");
        for (int k = 0; k < axis->n; k++)
            printf("%s{\"value\":%g,\"accuracy\":%.6f}", k > 0 ? "," : "",
                   (double)axis->value[k], e->sweep[i][k]);
        printf("]}");
    }
    printf("]");
}

static const char *const sources[] = {
    [DP_EVAL_FILE] = "file",
    [DP_EVAL_ASSUMED] = "assumed",
    [DP_EVAL_OPTION] = "option",
    [DP_EVAL_BEST] = "best",
};

static void print_json_paper(const dp_eval *e)
{
    printf(",\"paper\":[");
    for (int i = 0; i < DP_PAPER_COUNT; i++) {
        const dp_outcomes *o = &e->paper[i];
        printf("%s{\"situation\":\"%s\",\"total\":%d,\"right\":%d,\"blank\":%d,"
               "\"rejected\":%d,\"wrong\":%d,\"wrong_unrejected\":%d}",
               i > 0 ? "," : "", dp_paper_name((dp_paper)i), o->n, o->right, o->blank,
               o->rejected, dp_eval_wrong(o), o->unrejected);
    }
    printf("]");
}

void dp_eval_print_json(const dp_eval *e)
{
    const dp_metrics *m = &e->metrics;
    double lo, hi;
    dp_metrics_interval(&lo, &hi, m);
    printf("{\"norm\":\"%s\",\"norm_from\":\"%s\",",
           dp_norm_name(dp_model_get_info(e->model)->norm), sources[e->norm_from]);
    printf("\"arch\":\"%s\",\"arch_from\":\"%s\",", e->arch, sources[e->arch_from]);
    printf("\"accuracy\":%.6f,\"interval\":[%.6f,%.6f],\"correct\":%d,\"total\":%d,",
           dp_metrics_accuracy(m), lo, hi, m->correct, m->n);
    print_json_confusion(m);
    putchar(',');
    print_json_classes(m);
    printf(",\"ece\":");
    print_number(dp_metrics_ece(m));
    if (m->unsure > 0)
        printf(",\"selective\":null,");
    else
        printf(",\"selective\":{\"errors\":%d,\"total\":%d},", e->n_trusted_errors,
               dp_eval_trusted(e));
    print_json_hardest(e);
    print_json_rejection(e);
    if (e->group)
        print_json_groups(e);
    if (e->swept)
        print_json_sweep(e);
    if (e->papered)
        print_json_paper(e);
    printf(",\"bad\":%d,\"images_per_s\":%.1f}\n", e->n_bad, e->images_per_s);
}
