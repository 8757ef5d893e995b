using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// The graph convolutional network of Kipf and Welling 2017: convolutions with ReLU between them and dropout before each. Its published
/// settings for Cora: 16 hidden channels, two layers, dropout 0.5.
/// </summary>
/// <remarks>x [nodes, in] and edges [2, edges] in, logits [nodes, out] out. Keys of the state dictionary: <c>convs.0.lin.weight</c>
/// …</remarks>
public sealed class GCN : Module<Tensor, Tensor, Tensor>
{
    private readonly Generator? _generator;

    /// <summary>Makes the network.</summary>
    /// <param name="inChannels">The channels of the input.</param>
    /// <param name="hiddenChannels">The channels between layers.</param>
    /// <param name="outChannels">The channels of the output: classes.</param>
    /// <param name="numLayers">The number of convolutions.</param>
    /// <param name="dropout">The probability that an element of a layer's input is dropped in training.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of starting values and of dropout; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive, or the probability is not from 0 to 1.</exception>
    public GCN(
        int inChannels, int hiddenChannels, int outChannels, int numLayers = 2, double dropout = 0.5, DType dtype = DType.Float32,
        Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(numLayers);
        OptionChecks.Probability(dropout, nameof(GCN));
        (Dropout, _generator) = (dropout, generator);
        Convs = new ModuleList<GCNConv>(Enumerable.Range(0, numLayers).Select(i => new GCNConv(
            i == 0 ? inChannels : hiddenChannels, i == numLayers - 1 ? outChannels : hiddenChannels, dtype: dtype, generator: generator)));
    }

    /// <summary>The convolutions.</summary>
    public ModuleList<GCNConv> Convs { get; }

    /// <summary>The probability that an element of a layer's input is dropped in training.</summary>
    public double Dropout { get; }

    /// <inheritdoc/>
    protected internal override string Details => FormattableString.Invariant($"{Convs.Count} layers, dropout {Dropout}");

    /// <summary>Computes the logits of the nodes.</summary>
    /// <param name="first">x, [nodes, in].</param>
    /// <param name="second">The edges, [2, edges].</param>
    /// <returns>[nodes, out].</returns>
    /// <inheritdoc cref="MessagePassing.Forward(Tensor, Tensor)" path="/exception"/>
    public override Tensor Forward(Tensor first, Tensor second) => NamedCall.Of(this, (first, second), static (self, given) =>
    {
        GraphChecks.Nodes(self.Kind, given.first);
        Tensor x = given.first;
        for (int i = 0; i < self.Convs.Count; i++)
        {
            x = i == 0 ? x : x.Relu();
            x = self.Convs[i].Forward(x.Dropout(self.Dropout, self.Training, self._generator), given.second);
        }

        return x;
    });
}
