using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// An encoder and a decoder of fully connected layers (Hinton and Salakhutdinov 2006, "Reducing the dimensionality of data with neural
/// networks"): one width makes it undercomplete (or overcomplete), several make it deep, the decoder mirroring the encoder. With noise on
/// the input it is a denoising autoencoder (Vincent et al. 2008); sparse and contractive ones add an <see cref="AutoencoderPenalty"/>.
/// </summary>
/// <remarks>
/// [.., features] in and out. Keys of the state dictionary: <c>encoder.0.weight</c> … <c>decoder.0.weight</c> …, where the layers
/// between are activations.
/// </remarks>
public sealed class Autoencoder : Layer
{
    private readonly Module<Tensor, Tensor>? _corruption;
    private readonly Func<Module<Tensor, Tensor>> _activation;
    private readonly int[] _widths;

    /// <summary>Makes the autoencoder.</summary>
    /// <param name="features">The length of the input's last axis.</param>
    /// <param name="widths">The widths of the encoder's layers; the last is that of the code.</param>
    /// <param name="activation">Makes the activation after each layer but the last of the decoder; <see cref="ReLU"/> when null.</param>
    /// <param name="linearCode">Whether the code has no activation.</param>
    /// <param name="outputActivation">The activation of the output, such as <see cref="Sigmoid"/>; none when null.</param>
    /// <param name="corruption">
    /// What is done to the input in training and not in evaluation, such as <see cref="MaskingNoise"/>, <see cref="SaltAndPepperNoise"/> or
    /// <see cref="GaussianNoise"/>; the loss compares the output with the clean input. Nothing when null.
    /// </param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">There is no width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A width is not positive.</exception>
    public Autoencoder(
        int features, ReadOnlySpan<int> widths, Func<Module<Tensor, Tensor>>? activation = null, bool linearCode = false,
        Module<Tensor, Tensor>? outputActivation = null, Module<Tensor, Tensor>? corruption = null, DType dtype = DType.Float32,
        Generator? generator = null)
    {
        if (widths.Length == 0)
        {
            throw new ArgumentException($"{nameof(Autoencoder)}: there are no widths; give at least that of the code.", nameof(widths));
        }

        _widths = [features, .. widths];
        foreach (int width in _widths)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width, nameof(widths));
        }

        (_activation, _corruption) = (activation ?? (static () => new ReLU()), corruption);
        (Encoder, Decoder) = (new Sequential(), new Sequential());
        for (int i = 0; i + 1 < _widths.Length; i++)
        {
            Encoder.Add(new Linear(_widths[i], _widths[i + 1], dtype: dtype, generator: generator));
            bool isCode = i + 2 == _widths.Length;
            Encoder.Add(isCode && linearCode ? new Identity() : _activation());
        }

        for (int i = _widths.Length - 1; i > 0; i--)
        {
            Decoder.Add(new Linear(_widths[i], _widths[i - 1], dtype: dtype, generator: generator));
            Decoder.Add(i > 1 ? _activation() : outputActivation ?? new Identity());
        }
    }

    private Autoencoder(Autoencoder whole, int stage)
    {
        (_activation, _widths, _corruption) = (whole._activation, whole._widths[stage..(stage + 2)], stage == 0 ? whole._corruption : null);
        int mirrored = whole.Decoder.Count - (2 * (stage + 1));
        Encoder = new Sequential(whole.Encoder[2 * stage], whole.Encoder[(2 * stage) + 1]);
        Decoder = new Sequential(whole.Decoder[mirrored], whole.Decoder[mirrored + 1]);
    }

    /// <summary>The encoder.</summary>
    public Sequential Encoder { get; }

    /// <summary>The decoder.</summary>
    public Sequential Decoder { get; }

    /// <summary>The length of the input's last axis.</summary>
    public int Features => _widths[0];

    /// <summary>The width of the code.</summary>
    public int CodeWidth => _widths[^1];

    /// <inheritdoc/>
    protected internal override string Details => string.Join('→', _widths) + (_corruption is null ? "" : ", denoising");

    /// <summary>The code of an input, which is not corrupted.</summary>
    /// <param name="input">[.., features].</param>
    /// <returns>[.., code].</returns>
    /// <exception cref="ShapeException">The input has another width.</exception>
    public Tensor Encode(Tensor input)
    {
        BlockChecks.Width(this, input, nameof(input), Features);
        return Encoder.Forward(input);
    }

    /// <summary>The output for a code.</summary>
    /// <param name="code">[.., code].</param>
    /// <returns>[.., features].</returns>
    /// <exception cref="ShapeException">The code has another width.</exception>
    public Tensor Decode(Tensor code)
    {
        BlockChecks.Width(this, code, nameof(code), CodeWidth);
        return Decoder.Forward(code);
    }

    /// <summary>
    /// The layers for greedy pre-training (Bengio et al. 2007, "Greedy layer-wise training of deep networks"): one autoencoder of one layer
    /// after the other, each with the codes of those before it as its data. They share their layers with this one: train each before going
    /// on to the next, then this one as a whole.
    /// </summary>
    /// <param name="inputs">The data, [samples, features].</param>
    /// <returns>An autoencoder of one layer and its data, outermost first; codes are computed when the stage is asked for.</returns>
    /// <exception cref="ShapeException">The inputs have another width.</exception>
    public IEnumerable<(Autoencoder Stage, Tensor Inputs)> Stages(Tensor inputs)
    {
        BlockChecks.Width(this, inputs, nameof(inputs), Features);
        return Each(inputs);

        IEnumerable<(Autoencoder, Tensor)> Each(Tensor codes)
        {
            for (int stage = 0; stage + 1 < _widths.Length; stage++)
            {
                Autoencoder part = new(this, stage);
                yield return (part, codes);
                codes = part.EncodeUnrecorded(codes);
            }
        }
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        BlockChecks.Width(this, input, nameof(input), Features);
        return Decoder.Forward(Encoder.Forward(_corruption is null ? input : _corruption.Forward(input)));
    }

    private Tensor EncodeUnrecorded(Tensor codes)
    {
        using GradMode.Region none = GradMode.NoGrad();
        return Encode(codes);
    }
}
