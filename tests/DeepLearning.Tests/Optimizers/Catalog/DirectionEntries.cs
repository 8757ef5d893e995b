using DeepLearning.Optimizers;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Optimizers.Catalog;

/// <summary>Optimizers that choose or change the direction, and those that wrap or search.</summary>
internal static class DirectionEntries
{
    private static readonly OptimizerCheckOptions s_climbs = new() { Maximizes = true };

    private static readonly OptimizerCheckOptions s_matrices = new() { Shapes = [new Shape(3, 4), new Shape(2, 2), new Shape(2, 1, 2)] };

    private static readonly OptimizerCheckOptions s_closure = new()
    {
        Steps = 20,
        TakeStep = static (optimizer, closure) => optimizer.Step(closure),
    };

    public static IEnumerable<CatalogEntry> Entries =>
    [
        CatalogEntry.Optimizer("ASGD", static p => new ASGD(p, 0.05)),
        CatalogEntry.Optimizer(
            "ASGD, early average, decay", static p => new ASGD(p, 0.05, lambda: 0.01, alpha: 0.5, t0: 2, weightDecay: 0.01)),
        CatalogEntry.Optimizer("ASGD, climbing", static p => new ASGD(p, 0.05, maximize: true), s_climbs),
        CatalogEntry.Optimizer("Rprop", static p => new Rprop(p, 0.01)),
        CatalogEntry.Optimizer("Rprop, factors and bounds", static p => new Rprop(p, 0.01, 0.3, 1.5, 0, 0.5)),
        CatalogEntry.Optimizer("Rprop, climbing", static p => new Rprop(p, 0.01, stepSizeMin: 0, maximize: true), s_climbs),
        CatalogEntry.Optimizer("Lion", static p => new Lion(p, 0.02)),
        CatalogEntry.Optimizer("Lion, decay", static p => new Lion(p, 0.02, weightDecay: 0.01)),
        CatalogEntry.Optimizer("Lion, climbing", static p => new Lion(p, 0.02, maximize: true), s_climbs),
        CatalogEntry.Optimizer("LARS", static p => new LARS(p, 5)),
        CatalogEntry.Optimizer("LARS, decay, no momentum", static p => new LARS(p, 1, 0, weightDecay: 0.01, trustCoefficient: 0.02)),
        CatalogEntry.Optimizer("LARS, climbing", static p => new LARS(p, 5, maximize: true), s_climbs),
        CatalogEntry.Optimizer("Muon", static p => new Muon(p, 0.02), s_matrices),
        CatalogEntry.Optimizer(
            "Muon, like Adam, no Nesterov", static p => new Muon(p, 0.05, 0.9, nesterov: false, newtonSchulzSteps: 3, matchAdam: true),
            s_matrices),
        CatalogEntry.Optimizer("Muon, climbing", static p => new Muon(p, 0.02, maximize: true), s_matrices with { Maximizes = true }),
        CatalogEntry.Optimizer("Lookahead", static p => new Lookahead(new SGD(p, 0.05, momentum: 0.5), 3)),
        CatalogEntry.Optimizer("Lookahead, of Adam", static p => new Lookahead(new Adam(p, 0.05), 2, 0.8)),
        CatalogEntry.Optimizer("LBFGS", static p => new LBFGS(p, 0.5, maxIter: 2), s_closure),
        CatalogEntry.Optimizer("LBFGS, strong Wolfe", static p => new LBFGS(p, maxIter: 2, historySize: 3, strongWolfe: true), s_closure),
    ];
}
