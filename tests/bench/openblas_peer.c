/* The reference MLPs by hand on OpenBLAS: openblas_peer MODEL SECONDS. */
#include <cblas.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LAYERS = 3, BATCH = 256, TRAIN_BATCH = 128 };

typedef struct net {
    int size[LAYERS + 1];
    float *w[LAYERS], *b[LAYERS]; /* [out, in], [out] */
    float *dw[LAYERS], *db[LAYERS], *m[LAYERS], *v[LAYERS], *mb[LAYERS], *vb[LAYERS];
    float *x[LAYERS + 1], *dx[LAYERS + 1]; /* [batch, size] */
    int label[TRAIN_BATCH];
    long t;
} net;

static float *floats(size_t n, float deviation)
{
    float *p = aligned_alloc(64, (n * sizeof *p + 63) / 64 * 64);
    for (size_t i = 0; i < n; i++)
        p[i] = deviation * (2 * (float)rand() / (float)RAND_MAX - 1);
    return p;
}

static void init(net *n, int hidden1, int hidden2)
{
    *n = (net){ .size = { 784, hidden1, hidden2, 10 } };
    for (int i = 0; i <= LAYERS; i++) {
        n->x[i] = floats((size_t)BATCH * (size_t)n->size[i], 1);
        n->dx[i] = floats((size_t)BATCH * (size_t)n->size[i], 1);
    }
    for (int i = 0; i < LAYERS; i++) {
        const size_t out = (size_t)n->size[i + 1], count = out * (size_t)n->size[i];
        n->w[i] = floats(count, 0.05f);
        n->dw[i] = floats(count, 0);
        n->m[i] = floats(count, 0);
        n->v[i] = floats(count, 0);
        n->b[i] = floats(out, 0.05f);
        n->db[i] = floats(out, 0);
        n->mb[i] = floats(out, 0);
        n->vb[i] = floats(out, 0);
    }
    for (int i = 0; i < TRAIN_BATCH; i++)
        n->label[i] = i % 10;
}

static void forward(net *n, int batch)
{
    for (int i = 0; i < LAYERS; i++) {
        const int in = n->size[i], out = n->size[i + 1];
        float *y = n->x[i + 1];
        for (int r = 0; r < batch; r++)
            memcpy(y + r * out, n->b[i], (size_t)out * sizeof *y);
        if (batch == 1)
            cblas_sgemv(CblasRowMajor, CblasNoTrans, out, in, 1, n->w[i], in, n->x[i], 1,
                        1, y, 1);
        else
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, batch, out, in, 1,
                        n->x[i], in, n->w[i], in, 1, y, out);
        for (int j = 0; i + 1 < LAYERS && j < batch * out; j++)
            y[j] = y[j] > 0 ? y[j] : 0;
    }
}

static void loss_gradient(net *n, int batch)
{
    for (int r = 0; r < batch; r++) {
        const float *z = n->x[LAYERS] + r * 10;
        float top = z[0], sum = 0;
        for (int j = 1; j < 10; j++)
            top = fmaxf(top, z[j]);
        for (int j = 0; j < 10; j++)
            sum += expf(z[j] - top);
        for (int j = 0; j < 10; j++)
            n->dx[LAYERS][r * 10 + j] =
                (expf(z[j] - top) / sum - (j == n->label[r])) / (float)batch;
    }
}

static void backward(net *n, int batch)
{
    for (int i = LAYERS - 1; i >= 0; i--) {
        const int in = n->size[i], out = n->size[i + 1];
        const float *dy = n->dx[i + 1];
        cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, out, in, batch, 1, dy, out,
                    n->x[i], in, 0, n->dw[i], in);
        memset(n->db[i], 0, (size_t)out * sizeof *n->db[i]);
        for (int r = 0; r < batch; r++)
            for (int j = 0; j < out; j++)
                n->db[i][j] += dy[r * out + j];
        if (i == 0)
            return;
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, batch, in, out, 1, dy, out,
                    n->w[i], in, 0, n->dx[i], in);
        for (int j = 0; j < batch * in; j++)
            n->dx[i][j] = n->x[i][j] > 0 ? n->dx[i][j] : 0;
    }
}

static void adam(float *p, float *m, float *v, const float *g, int n, long t)
{
    const float c1 = 1 / (1 - powf(0.9f, (float)t)),
                c2 = 1 / (1 - powf(0.999f, (float)t));
#pragma omp parallel for simd if (n > 10000)
    for (int i = 0; i < n; i++) {
        m[i] = 0.9f * m[i] + 0.1f * g[i];
        v[i] = 0.999f * v[i] + 0.001f * g[i] * g[i];
        p[i] -= 1e-4f * c1 * m[i] / (sqrtf(c2 * v[i]) + 1e-8f);
    }
}

static void train(net *n, int batch)
{
    forward(n, batch);
    loss_gradient(n, batch);
    backward(n, batch);
    n->t++;
    for (int i = 0; i < LAYERS; i++) {
        adam(n->w[i], n->m[i], n->v[i], n->dw[i], n->size[i] * n->size[i + 1], n->t);
        adam(n->b[i], n->mb[i], n->vb[i], n->db[i], n->size[i + 1], n->t);
    }
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_seconds(net *n, void (*work)(net *, int), int batch, double seconds)
{
    enum { MOST = 1 << 18 };
    static double time[MOST];
    int count = 0;
    for (int i = 0; i < 5; i++)
        work(n, batch);
    const double end = omp_get_wtime() + seconds;
    while (count < MOST && (omp_get_wtime() < end || count < 5)) {
        const double begin = omp_get_wtime();
        work(n, batch);
        time[count++] = omp_get_wtime() - begin;
    }
    qsort(time, (size_t)count, sizeof *time, compare);
    return time[count / 2];
}

int main(int argc, char **argv)
{
    static net n;
    if (argc < 3)
        return 2;
    const double seconds = atof(argv[2]);
    if (!strcmp(argv[1], "mlp-a"))
        init(&n, 128, 64);
    else if (!strcmp(argv[1], "mlp-b"))
        init(&n, 512, 512);
    else
        return 0;
    for (int threads = 1; threads <= 2; threads++) {
        openblas_set_num_threads(threads);
        omp_set_num_threads(threads);
        printf("f32 latency_us %d %g\n", threads,
               1e6 * median_seconds(&n, forward, 1, seconds));
        printf("f32 images_per_s %d %g\n", threads,
               BATCH / median_seconds(&n, forward, BATCH, seconds));
        printf("f32 train_images_per_s %d %g\n", threads,
               TRAIN_BATCH / median_seconds(&n, train, TRAIN_BATCH, seconds));
    }
    return 0;
}
