using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// The graph attention network of Veličković et al. 2018: attention with ELU between the layers and dropout before each; heads stand side
/// by side but in the last layer, which takes their mean. Its published settings for Cora, the defaults: 8 hidden channels in each of 8
/// heads, one head at the end, dropout 0.6 of inputs and of attention.
/// </summary>
/// <remarks>x [nodes, in] and edges [2, edges] in, logits [nodes, out] out. Keys of the state dictionary: <c>convs.0.lin.weight</c>
/// …</remarks>
public sealed class GAT : Module<Tensor, Tensor, Tensor>
{
    private readonly Generator? _generator;

    /// <summary>Makes the network.</summary>
    /// <param name="inChannels">The channels of the input.</param>
    /// <param name="hiddenChannels">The channels of a head between layers.</param>
    /// <param name="outChannels">The channels of the output: classes.</param>
    /// <param name="heads">The heads of all layers but the last.</param>
    /// <param name="outHeads">The heads of the last.</param>
    /// <param name="numLayers">The number of layers.</param>
    /// <param name="dropout">The probability that an element of a layer's input, or an edge's weight, is dropped in training.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of starting values and of dropout; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive, or the probability is not from 0 to 1.</exception>
    public GAT(
        int inChannels, int hiddenChannels, int outChannels, int heads = 8, int outHeads = 1, int numLayers = 2, double dropout = 0.6,
        DType dtype = DType.Float32, Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(numLayers);
        OptionChecks.Probability(dropout, nameof(GAT));
        (Dropout, _generator) = (dropout, generator);
        Convs = new ModuleList<GATConv>(Enumerable.Range(0, numLayers).Select(i =>
        {
            bool isLast = i == numLayers - 1;
            return new GATConv(
                i == 0 ? inChannels : hiddenChannels * heads, isLast ? outChannels : hiddenChannels, isLast ? outHeads : heads,
                concat: !isLast, dropout: dropout, dtype: dtype, generator: generator);
        }));
    }

    /// <summary>The layers.</summary>
    public ModuleList<GATConv> Convs { get; }

    /// <summary>The probability that an element of a layer's input, or an edge's weight, is dropped in training.</summary>
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
            x = i == 0 ? x : x.Elu();
            x = self.Convs[i].Forward(x.Dropout(self.Dropout, self.Training, self._generator), given.second);
        }

        return x;
    });
}
