using DeepLearning.Optimizers;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Optimizers.Catalog;

internal static class OptimizerEntries
{
    private static readonly OptimizerCheckOptions s_climbs = new() { Maximizes = true };

    public static IEnumerable<CatalogEntry> Entries =>
    [
        CatalogEntry.Optimizer("SGD", static p => new SGD(p, 0.05)),
        CatalogEntry.Optimizer("SGD, momentum", static p => new SGD(p, 0.02, momentum: 0.9)),
        CatalogEntry.Optimizer("SGD, Nesterov", static p => new SGD(p, 0.02, momentum: 0.9, nesterov: true)),
        CatalogEntry.Optimizer("SGD, dampening and decay", static p => new SGD(p, 0.05, momentum: 0.8, dampening: 0.3, weightDecay: 0.01)),
        CatalogEntry.Optimizer("SGD, climbing", static p => new SGD(p, 0.05, maximize: true), s_climbs),
        CatalogEntry.Optimizer("Adam", static p => new Adam(p, 0.05)),
        CatalogEntry.Optimizer("Adam, AMSGrad and decay", static p => new Adam(p, 0.05, weightDecay: 0.01, amsgrad: true)),
        CatalogEntry.Optimizer("Adam, climbing", static p => new Adam(p, 0.05, maximize: true), s_climbs),
        CatalogEntry.Optimizer("AdamW", static p => new AdamW(p, 0.05)),
        CatalogEntry.Optimizer("AdamW, AMSGrad", static p => new AdamW(p, 0.05, amsgrad: true)),
        CatalogEntry.Optimizer("RMSprop", static p => new RMSprop(p, 0.02)),
        CatalogEntry.Optimizer("RMSprop, centered, momentum", static p => new RMSprop(p, 0.005, momentum: 0.9, centered: true)),
        CatalogEntry.Optimizer("AdaGrad", static p => new AdaGrad(p, 0.3)),
        CatalogEntry.Optimizer(
            "AdaGrad, decays, accumulator",
            static p => new AdaGrad(p, 0.3, learningRateDecay: 0.01, weightDecay: 0.01, initialAccumulator: 0.1)),
        CatalogEntry.Optimizer("SparseAdam", static p => new SparseAdam(p, 0.05)),
        CatalogEntry.Optimizer("AdaDelta", static p => new AdaDelta(p, 10)),
        CatalogEntry.Optimizer("AdaDelta, decay", static p => new AdaDelta(p, 10, weightDecay: 0.01)),
    ];
}
