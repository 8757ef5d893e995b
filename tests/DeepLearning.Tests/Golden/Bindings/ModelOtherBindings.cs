using DeepLearning.Layers;
using DeepLearning.Models;

namespace DeepLearning.Tests.Golden;

internal static class ModelOtherBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["MixtureDensityHead.Loss"] = c =>
            [c.Loaded(new MixtureDensityHead(3, c.Int("dimensions"), c.Int("components"))).Loss(c.Input("input"), c.Input("target"))],
        ["LoRALinear"] = c =>
            [c.Loaded(new LoRALinear(new Linear(3, 2, c.Bool("bias")), c.Int("rank"), c.Double("alpha"))).Forward(c.Input("input"))],
        ["MatrixFactorization"] = c => [c.Loaded(new MatrixFactorization(3, 4, 2)).Forward(c.Input("users"), c.Input("items"))],
        ["DQN.Loss"] = c =>
        [
            c.Loaded(new DQN(new Linear(3, 4), c.Double("gamma"), c.Bool("double"))).Loss(new Transitions(
                c.Input("state"), c.Input("action"), c.Input("reward"), c.Input("next"), c.Input("done"))),
        ],
        ["SiameseNetwork"] = c => [c.Loaded(new SiameseNetwork(new Linear(3, 2))).Forward(c.Input("first"), c.Input("second"))],
        ["MultiTaskModel.Combine"] = c =>
            [Weights(c).Combine([c.Input("first"), c.Input("second")])],
        ["TwoTowerRecommender"] = c => [Towers(c).Forward(c.Input("queries"), c.Input("items"))],
        ["TwoTowerRecommender.Loss"] = c =>
        [
            Towers(c).Loss(
                c.Input("queries"), c.Input("items"), c.InputOrNull("frequency"), c.InputOrNull("identifiers"), c.InputOrNull("rewards")),
        ],
    };

    private static TwoTowerRecommender Towers(GoldenCall c) =>
        c.Loaded(new TwoTowerRecommender(new Linear(3, 2), new Linear(4, 2), c.Double("temperature"), c.Bool("normalized")));

    private static MultiTaskModel Weights(GoldenCall c) => c.Loaded(new MultiTaskModel(
        new Identity(), [("first", new Identity()), ("second", new Identity())], learnWeights: true));
}
