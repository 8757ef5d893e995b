using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.AutogradTests.Sweep;

/// <summary>The layers and loss modules, with respect to their inputs and parameters.</summary>
internal static class LayerRows
{
    private static readonly Tensor s_classes = Tensor.From([2L, 0L]);

    public static readonly SweepRow[] All =
    [
        One(static () => new AdaptiveAvgPool2d(2), 1, 2, 3, 3),
        One(static () => new AvgPool2d(2), 1, 2, 4, 4),
        One(static () => new BatchNorm1d(2), 4, 2),
        One(static () => new BatchNorm2d(2), 2, 2, 2, 1),
        One(static () => new CELU(), 2, 3),
        One(static () => new Conv2d(2, 2, 2, padding: 1), 1, 2, 2, 3),
        One(static () => new Dropout(0.4, new Generator(5)), 2, 6),
        One(static () => new ELU(), 2, 3),
        Of(static () => new Embedding(3, 2), static (m, _) => m.Forward(s_classes.Here())),
        One(static () => new Flatten(), 2, 3, 2),
        One(static () => new GELU(), 2, 3),
        One(static () => new Hardshrink(), 2, 3),
        One(static () => new Hardsigmoid(), 2, 3),
        One(static () => new Hardswish(), 2, 3),
        One(static () => new Hardtanh(), 2, 3),
        One(static () => new Identity(), 2, 3),
        One(static () => new Lambda(static x => x.Sin()), 2, 3),
        One(static () => new LayerNorm(3), 2, 3),
        One(static () => new LeakyReLU(), 2, 3),
        One(static () => new Linear(3, 2), 2, 3),
        One(static () => new LogSigmoid(), 2, 3),
        One(static () => new LogSoftmax(1), 2, 3),
        One(static () => new MaxPool2d(2), 1, 2, 4, 4),
        One(static () => new Mish(), 2, 3),
        One(static () => new PReLU(3), 2, 3),
        One(static () => new ReLU(), 2, 3),
        One(static () => new ReLU6(), 2, 3),
        One(static () => new SELU(), 2, 3),
        One(static () => new Sequential(new Linear(3, 2), new Tanh(), new Linear(2, 2)), 2, 3) with { Roundings = 16 },
        One(static () => new SiLU(), 2, 3),
        One(static () => new Sigmoid(), 2, 3),
        One(static () => new Softmax(1), 2, 3),
        One(static () => new Softplus(), 2, 3),
        One(static () => new Softshrink(), 2, 3),
        One(static () => new Softsign(), 2, 3),
        One(static () => new Tanh(), 2, 3),
        One(static () => new Tanhshrink(), 2, 3),
        One(static () => new Unflatten(1, 2, 2), 2, 4),
        Two(static () => new BCELoss(), Draw.Probability, Draw.Probability),
        Two(static () => new BCEWithLogitsLoss(), Draw.Real, Draw.Probability),
        Of(static () => new CrossEntropyLoss(), static (m, x) => m.Forward(x[0], s_classes.Here()), new SweepInput(Draw.Real, 2, 3)),
        Two(static () => new HuberLoss(), Draw.Real, Draw.Real),
        Two(static () => new KLDivLoss(), Draw.Real, Draw.Probability),
        Two(static () => new L1Loss(), Draw.Real, Draw.Real),
        Two(static () => new MSELoss(), Draw.Real, Draw.Real),
        Of(static () => new NLLLoss(), static (m, x) => m.Forward(x[0], s_classes.Here()), new SweepInput(Draw.Real, 2, 3)),
        Two(static () => new SmoothL1Loss(), Draw.Real, Draw.Real),
    ];

    private static SweepRow One<TModule>(Func<TModule> make, params int[] shape)
        where TModule : Module<Tensor, Tensor> => Of(make, static (m, x) => m.Forward(x[0]), new SweepInput(Draw.Real, shape));

    private static SweepRow Two<TModule>(Func<TModule> make, Draw input, Draw target)
        where TModule : Module<Tensor, Tensor, Tensor> =>
        Of(make, static (m, x) => m.Forward(x[0], x[1]), new SweepInput(input, 2, 3), new SweepInput(target, 2, 3));

    public static SweepRow Of<TModule>(Func<TModule> make, Func<TModule, Tensor[], Tensor> forward, params SweepInput[] inputs)
        where TModule : Module
    {
        SweepInput[] parameters = [.. make().Parameters().Select(static p => new SweepInput(Draw.Real, [.. p.Shape]))];
        return new SweepRow("Layers." + typeof(TModule).Name, Function, [.. inputs, .. parameters]);

        // A new module for each evaluation, whose parameters are computed from the checked inputs.
        Tensor Function(Tensor[] given)
        {
            TModule module = make().To(given[0].DType).To(given[0].Device);
            IReadOnlyList<Parameter> own = module.Parameters();
            for (int i = 0; i < own.Count; i++)
            {
                Tensor value = given[inputs.Length + i] * 1.0;
                own[i].Replace(value);
                if (value.Node is { } node)
                {
                    own[i].SetNode(node);
                }
            }

            return forward(module, given);
        }
    }
}
