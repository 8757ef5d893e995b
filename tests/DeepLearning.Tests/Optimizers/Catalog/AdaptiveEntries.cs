using DeepLearning.Optimizers;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Optimizers.Catalog;

internal static class AdaptiveEntries
{
    private static readonly OptimizerCheckOptions s_climbs = new() { Maximizes = true };

    public static IEnumerable<CatalogEntry> Entries =>
    [
        CatalogEntry.Optimizer("Adamax", static p => new Adamax(p, 0.05)),
        CatalogEntry.Optimizer("Adamax, decay", static p => new Adamax(p, 0.05, weightDecay: 0.01)),
        CatalogEntry.Optimizer("Adamax, decoupled decay", static p => new Adamax(p, 0.05, weightDecay: 0.01, decoupledWeightDecay: true)),
        CatalogEntry.Optimizer("Adamax, climbing", static p => new Adamax(p, 0.05, maximize: true), s_climbs),
        CatalogEntry.Optimizer("NAdam", static p => new NAdam(p, 0.05)),
        CatalogEntry.Optimizer("NAdam, decay", static p => new NAdam(p, 0.05, weightDecay: 0.01, momentumDecay: 0.01)),
        CatalogEntry.Optimizer("NAdam, decoupled decay", static p => new NAdam(p, 0.05, weightDecay: 0.01, decoupledWeightDecay: true)),
        CatalogEntry.Optimizer("NAdam, climbing", static p => new NAdam(p, 0.05, maximize: true), s_climbs),
        CatalogEntry.Optimizer("RAdam", static p => new RAdam(p, 0.05)),
        CatalogEntry.Optimizer("RAdam, decay", static p => new RAdam(p, 0.05, beta2: 0.9, weightDecay: 0.01)),
        CatalogEntry.Optimizer("RAdam, decoupled decay", static p => new RAdam(p, 0.05, weightDecay: 0.01, decoupledWeightDecay: true)),
        CatalogEntry.Optimizer("RAdam, climbing", static p => new RAdam(p, 0.05, maximize: true), s_climbs),
        CatalogEntry.Optimizer("Adafactor", static p => new Adafactor(p, 0.05)),
        CatalogEntry.Optimizer("Adafactor, decays", static p => new Adafactor(p, 0.05, beta2Decay: -0.5, d: 2, weightDecay: 0.01)),
        CatalogEntry.Optimizer("Adafactor, climbing", static p => new Adafactor(p, 0.05, maximize: true), s_climbs),
        CatalogEntry.Optimizer("LAMB", static p => new LAMB(p, 0.02)),
        CatalogEntry.Optimizer("LAMB, decay", static p => new LAMB(p, 0.02, weightDecay: 0.01)),
        CatalogEntry.Optimizer("LAMB, climbing", static p => new LAMB(p, 0.02, maximize: true), s_climbs),
        CatalogEntry.Optimizer("ScheduleFreeAdamW", static p => new ScheduleFreeAdamW(p, 0.05)),
        CatalogEntry.Optimizer(
            "ScheduleFreeAdamW, decay, warm-up", static p => new ScheduleFreeAdamW(p, 0.05, weightDecay: 0.01, warmUpSteps: 3)),
        CatalogEntry.Optimizer("ScheduleFreeAdamW, climbing", static p => new ScheduleFreeAdamW(p, 0.05, maximize: true), s_climbs),
    ];
}
