using DeepLearning.Layers;
using DeepLearning.Losses;

namespace DeepLearning.Models;

/// <summary>The parts of a variational autoencoder's loss, in nats a sample, as zero-dimensional tensors.</summary>
/// <param name="Total">What is minimized.</param>
/// <param name="Reconstruction">−log p(x|z), without its factor.</param>
/// <param name="KL">KL(q(z|x) ‖ N(0, 1)), without β and free bits; with the reconstruction it is the negative evidence lower bound.</param>
public sealed record VAELoss(Tensor Total, Tensor Reconstruction, Tensor KL);

/// <summary>What a variational autoencoder computes of an input.</summary>
/// <param name="Output">What the decoder says of the data: logits or means, by the likelihood.</param>
/// <param name="Mean">The mean of the code, [batch, latent].</param>
/// <param name="LogVariance">The logarithm of its variance, of the same shape.</param>
public sealed record VAEOutput(Tensor Output, Tensor Mean, Tensor LogVariance)
{
    /// <summary>The distribution of the code.</summary>
    public GaussianLatent Latent => new(Mean, LogVariance);
}

/// <summary>
/// The variational autoencoder of Kingma and Welling 2014 ("Auto-encoding variational Bayes"): an encoder, a Gaussian head, a draw of the
/// code through which gradients pass, and a decoder. In evaluation the code is its mean.
/// </summary>
/// <remarks>
/// What the encoder takes in; what the decoder gives and the distribution of the code out. Keys of the state dictionary: <c>encoder</c>,
/// <c>head</c>, <c>decoder</c>.
/// </remarks>
public sealed class VariationalAutoencoder : Module<Tensor, VAEOutput>
{
    private readonly Generator? _generator;

    /// <summary>Makes the model.</summary>
    /// <param name="encoder">From the data to features, [batch, features].</param>
    /// <param name="head">From features to the distribution of the code.</param>
    /// <param name="decoder">From a code, [batch, latent], to what the likelihood says of the data, of the data's shape.</param>
    /// <param name="options">How the loss is weighed; the defaults when null.</param>
    /// <param name="generator">The source of the draws; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A weight is negative, or the deviation is not positive.</exception>
    public VariationalAutoencoder(
        Module<Tensor, Tensor> encoder, GaussianHead head, Module<Tensor, Tensor> decoder, VAEOptions? options = null,
        Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(decoder);
        options ??= new VAEOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(options.Beta, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.ReconstructionFactor, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.FreeBits, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Std, nameof(options));
        (Encoder, Head, Decoder, Options, _generator) = (encoder, head, decoder, options, generator);
    }

    /// <summary>From the data to features.</summary>
    public Module<Tensor, Tensor> Encoder { get; }

    /// <summary>From features to the distribution of the code.</summary>
    public GaussianHead Head { get; }

    /// <summary>From a code to the data.</summary>
    public Module<Tensor, Tensor> Decoder { get; }

    /// <summary>How the loss is weighed.</summary>
    public VAEOptions Options { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details => FormattableString.Invariant($"{Options.Likelihood}, β {Options.Beta}");

    /// <inheritdoc/>
    public override VAEOutput Forward(Tensor input) => Forward(input, Training);

    /// <summary>As <see cref="Forward(Tensor)"/>, with the code drawn or not.</summary>
    /// <param name="input">The data.</param>
    /// <param name="sample">Whether the code is drawn; else it is its mean.</param>
    public VAEOutput Forward(Tensor input, bool sample) => NamedCall.Of(this, (input, sample), static (self, given) =>
    {
        ArgumentNullException.ThrowIfNull(given.input, nameof(input));
        GaussianLatent latent = self.Head.Forward(self.Encoder.Forward(given.input));
        Tensor code = given.sample ? latent.Sample(self._generator) : latent.Mean;
        return new VAEOutput(self.Decoder.Forward(code), latent.Mean, latent.LogVariance);
    });

    /// <summary>The loss of a batch: factor · −log p(x|z) + β · KL, both the means over the samples.</summary>
    /// <param name="input">The data, [batch, ..]; from 0 to 1 with the Bernoulli likelihood.</param>
    /// <param name="sample">Whether the code is drawn; as in training or evaluation when null. The bound itself needs a draw.</param>
    /// <exception cref="ShapeException">The decoder's output is not of the data's shape, or the batch is empty.</exception>
    public VAELoss Loss(Tensor input, bool? sample = null)
    {
        VAEOutput given = Forward(input, sample ?? Training);
        (Tensor output, GaussianLatent latent) = (given.Output, given.Latent);
        if (output.Shape != input.Shape || input.Rank == 0 || input.Size(0) == 0)
        {
            throw new ShapeException(
                $"{Kind}: the decoder's output {output.Shape} and the input {input.Shape} do not fit; both must be [batch, ..], with a "
                + "sample.");
        }

        double batch = input.Size(0), variance = Options.Std * Options.Std;
        Tensor reconstruction = Options.Likelihood switch
        {
            VAELikelihood.Bernoulli => Losses.Loss.BCEWithLogits(output, input, reduction: LossReduction.Sum) / batch,
            VAELikelihood.Gaussian => ((Losses.Loss.MSE(output, input, LossReduction.Sum) / (2 * variance))
                + (0.5 * input.Count * Math.Log(2 * Math.PI * variance))) / batch,
            _ => throw new ArgumentOutOfRangeException(nameof(input), $"{Kind}: there is no likelihood {Options.Likelihood}."),
        };
        Tensor dimensions = latent.KL().Flatten(0, -2).Sum(0) / batch;
        Tensor paid = Options.FreeBits > 0 ? dimensions.Clamp(min: Options.FreeBits).Sum() : dimensions.Sum();
        Tensor total = (reconstruction * Options.ReconstructionFactor) + (paid * Options.Beta);
        return new VAELoss(Losses.Loss.WithCount(total, batch), reconstruction.Detach(), dimensions.Detach().Sum());
    }

    /// <summary>Decodes codes into data: probabilities or means, by the likelihood.</summary>
    /// <param name="code">[batch, latent].</param>
    /// <exception cref="ShapeException">The code has another width.</exception>
    public Tensor Decode(Tensor code)
    {
        BlockChecks.Width(this, code, nameof(code), Head.Mean.OutFeatures);
        Tensor output = Decoder.Forward(code);
        return Options.Likelihood == VAELikelihood.Bernoulli ? output.Sigmoid() : output;
    }

    /// <summary>Data drawn from the model: codes of N(0, 1), decoded.</summary>
    /// <param name="count">The number of samples.</param>
    /// <param name="generator">The source of the codes; the model's when null.</param>
    public Tensor Generate(int count, Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        Parameter weight = Head.Mean.Weight;
        using GradMode.Region none = GradMode.NoGrad();
        return Decode(Tensor.Randn([count, Head.Mean.OutFeatures], weight.DType, generator ?? _generator, weight.Device));
    }
}
