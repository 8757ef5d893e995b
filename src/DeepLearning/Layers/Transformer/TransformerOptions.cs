namespace DeepLearning.Layers;

/// <summary>What the layers of a transformer are told, and the parts that they are made of.</summary>
internal sealed record TransformerOptions(
    int DModel, int NHead, int DimFeedforward, double Dropout, Func<Tensor, Tensor>? Activation, double LayerNormEps, bool BatchFirst,
    bool NormFirst, bool Bias, DType DType, Generator? Generator)
{
    /// <summary>The module whose method is the activation: its parameters are the layer's then.</summary>
    public Module? ActivationModule => Activation?.Target as Module;

    public string Details =>
        $"{DModel}, {NHead} heads, feed-forward {DimFeedforward}{(NormFirst ? ", norm first" : "")}{(Bias ? "" : ", no bias")}"
        + (BatchFirst ? ", batch first" : "");

    /// <summary>These options, checked as those that the layer of that name was given.</summary>
    public TransformerOptions CheckedFor(string layer)
    {
        OptionChecks.Floating(DType, layer, "dtype");
        OptionChecks.AtLeast(DModel, 1, layer, "dModel");
        OptionChecks.AtLeast(NHead, 1, layer, "nhead");
        OptionChecks.AtLeast(DimFeedforward, 0, layer, "dimFeedforward");
        OptionChecks.Probability(Dropout, layer, "dropout");
        OptionChecks.Eps(LayerNormEps, layer, "layerNormEps");
        return DModel % NHead == 0
            ? this
            : throw OptionChecks.Wrong(
                $"{layer}: {NHead} heads do not divide a width of {DModel}; dModel must be a multiple of nhead.", "nhead");
    }

    public MultiheadAttention NewAttention() =>
        new(DModel, NHead, Dropout, Bias, batchFirst: BatchFirst, dtype: DType, generator: Generator);

    public Linear NewLinear(int inFeatures, int outFeatures) => new(inFeatures, outFeatures, Bias, DType, Generator);

    public Dropout NewDropout() => new(Dropout, Generator);

    public LayerNorm NewNorm() => new(DModel, LayerNormEps, bias: Bias, dtype: DType);

    public Tensor Activate(Tensor x) => Activation is null ? x.Relu() : Activation(x);

    /// <summary>Refuses an input that does not end in the model's width.</summary>
    public static void CheckInput(Module layer, Tensor x, string name, int width)
    {
        ArgumentNullException.ThrowIfNull(x, name);
        if (x.Rank is not (2 or 3) || x.Size(-1) != width)
        {
            throw new ShapeException(
                $"{layer.LabelInModel()}: {name} {x.Shape} does not fit; it must be [length, batch, {width}], [batch, length, {width}] "
                + $"with batchFirst, or [length, {width}].");
        }
    }

    /// <summary>Refuses two inputs that are not of one batch.</summary>
    public static void CheckBatch(Module layer, Tensor x, string name, Tensor other, string otherName, bool batchFirst)
    {
        int axis = batchFirst ? 0 : 1;
        if (x.Rank != other.Rank || (x.Rank == 3 && x.Size(axis) != other.Size(axis)))
        {
            throw new ShapeException(
                $"{layer.LabelInModel()}: {name} {x.Shape} and {otherName} {other.Shape} have no batch in common; both must be of one "
                + $"batch (axis {axis}), or both single examples.");
        }
    }

    /// <summary>A layer of its own with the options and values of one of these options.</summary>
    /// <exception cref="ArgumentException">The activation has parameters, which all layers would share.</exception>
    public TLayer Copy<TLayer>(TLayer layer)
        where TLayer : Module
    {
        CheckCanRepeat(layer.Kind);
        TLayer copy = layer.DeepCopy();
        copy.ZeroGrad();
        return copy;
    }

    /// <summary>Refuses an activation with parameters, which all layers of these options would share without a word.</summary>
    public void CheckCanRepeat(string kind)
    {
        if (ActivationModule?.Parameters().Count > 0)
        {
            throw new ArgumentException(
                $"{kind}: the activation, a {ActivationModule.Kind}, has parameters, which all layers would share; give the stack a "
                + "function that makes its layers, each with an activation of its own.");
        }
    }

    /// <summary>The options of a copy of the layer: a module whose method is the activation is the copy of that module.</summary>
    public TransformerOptions For(ModuleCopy copy) => this with { Activation = copy.OfFunction(Activation) };
}
