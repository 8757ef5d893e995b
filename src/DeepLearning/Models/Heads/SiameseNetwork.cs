using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// Two inputs through one tower, and how far apart they come out (Bromley et al. 1993, "Signature verification using a Siamese time delay
/// neural network"; Hadsell, Chopra and LeCun 2006, whose <see cref="Losses.Loss.Contrastive"/> takes the towers' outputs). The key of the
/// state dictionary is <c>tower</c>. Two inputs [batch, ..] in, Euclidean distances [batch] out.
/// </summary>
/// <param name="tower">Gives a vector [batch, width] of each input.</param>
public sealed class SiameseNetwork(Module<Tensor, Tensor> tower) : Module<Tensor, Tensor, Tensor>
{
    /// <summary>The tower.</summary>
    public Module<Tensor, Tensor> Tower { get; } = tower ?? throw new ArgumentNullException(nameof(tower));

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The inputs are not of one shape, or the tower gives no vectors.</exception>
    public override Tensor Forward(Tensor first, Tensor second) => NamedCall.Of(this, (first, second), static (self, given) =>
    {
        (Tensor a, Tensor b) = (self.Embed(given.first, nameof(first)), self.Embed(given.second, nameof(second)));
        return a.Shape == b.Shape
            ? a.PairwiseDistance(b)
            : throw new ShapeException(
                $"{self.Kind}: the vectors {a.Shape} and {b.Shape} differ; there must be as many first inputs as second.");
    });

    /// <summary>
    /// The triplet loss of Schroff, Kalenichenko and Philbin 2015 ("FaceNet"): max(0, d(a, p) − d(a, n) + margin), as a mean, with all
    /// three through the tower.
    /// </summary>
    /// <param name="anchor">[batch, ..].</param>
    /// <param name="positive">As many that belong together with the anchors.</param>
    /// <param name="negative">As many that do not.</param>
    /// <param name="margin">The margin.</param>
    /// <exception cref="ShapeException">The inputs are not of one shape.</exception>
    public Tensor TripletLoss(Tensor anchor, Tensor positive, Tensor negative, double margin = 1) => Losses.Loss.TripletMargin(
        Embed(anchor, nameof(anchor)), Embed(positive, nameof(positive)), Embed(negative, nameof(negative)), margin);

    private Tensor Embed(Tensor input, string argument)
    {
        ArgumentNullException.ThrowIfNull(input, argument);
        Tensor vectors = Tower.Forward(input);
        return vectors.Rank == 2
            ? vectors
            : throw new ShapeException($"{Kind}: the tower's output {vectors.Shape} does not fit; it must be [batch, width].");
    }
}
