using DeepLearning.Layers;

namespace DeepLearning.Tests.Layers.Catalog;

/// <summary>A module of one tensor that is called in another way than by its own Forward, with masks for example.</summary>
internal sealed class CalledModule<TModule, TOut>(TModule module, Func<TModule, Tensor, TOut> call) : Module<Tensor, TOut>
    where TModule : Module
{
    private readonly TModule _module = module;
    private readonly Func<TModule, Tensor, TOut> _call = call;

    public override TOut Forward(Tensor input) => _call(_module, input);
}

/// <summary>A module that is called with a tensor and something else, a state for example.</summary>
internal sealed class CalledModule<TModule, T2, TOut>(TModule module, Func<TModule, Tensor, T2, TOut> call) : Module<Tensor, T2, TOut>
    where TModule : Module
{
    private readonly TModule _module = module;
    private readonly Func<TModule, Tensor, T2, TOut> _call = call;

    public override TOut Forward(Tensor first, T2 second) => _call(_module, first, second);
}

/// <summary>A module that is called with three tensors, two of them masks for example.</summary>
internal sealed class CalledModule3<TModule, TOut>(TModule module, Func<TModule, Tensor, Tensor, Tensor, TOut> call)
    : Module<Tensor, Tensor, Tensor, TOut>
    where TModule : Module
{
    private readonly TModule _module = module;
    private readonly Func<TModule, Tensor, Tensor, Tensor, TOut> _call = call;

    public override TOut Forward(Tensor first, Tensor second, Tensor third) => _call(_module, first, second, third);
}
