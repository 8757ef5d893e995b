using DeepLearning.Backends;

namespace DeepLearning.Layers;

/// <summary>What the transposed convolutions have in common: how long their output is.</summary>
public abstract class TransposedConvolutionLayer : ConvolutionLayer
{
    private readonly int _axes;

    private protected TransposedConvolutionLayer(
        int axes, int inChannels, int outChannels, PerAxis kernelSize, PerAxis? stride, PerAxis padding, PerAxis outputPadding, int groups,
        bool bias, PerAxis? dilation, DType dtype, Generator? generator)
        : base(
            axes, isTransposed: true, inChannels, outChannels, kernelSize, stride, padding, dilation, groups, bias, PadMode.Constant, dtype,
            generator)
    {
        outputPadding.CheckOutputPadding(axes, Stride, Dilation, Kind);
        (_axes, OutputPadding) = (axes, outputPadding);
    }

    /// <summary>Added to the lengths of the output, at their ends.</summary>
    public PerAxis OutputPadding { get; }

    /// <summary>
    /// Computes an output of given lengths: a convolution with a stride gives inputs of several lengths the same output, so that its
    /// transpose has a choice. <see cref="OutputPadding"/> does not count then.
    /// </summary>
    /// <param name="input">The input.</param>
    /// <param name="outputSize">
    /// The lengths of the output: at least what it has without an output padding, and less than a stride above that.
    /// </param>
    /// <exception cref="ShapeException">The input's shape does not fit, or no output has these lengths.</exception>
    /// <exception cref="DTypeException">The input's type does not fit.</exception>
    public Tensor Forward(Tensor input, PerAxis outputSize) =>
        Run(input, x => Convolve(x, PaddingFor(x, outputSize)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => Convolve(input, OutputPadding);

    private protected override string OutputDetails => OutputPadding == 0 ? "" : $"output padding {OutputPadding}";

    private protected abstract Tensor Convolve(Tensor input, PerAxis outputPadding);

    /// <summary>The output padding that gives the output its lengths.</summary>
    private PerAxis PaddingFor(Tensor input, PerAxis outputSize)
    {
        if (input.Rank != _axes + 1 && input.Rank != _axes + 2)
        {
            // The convolution says what would fit.
            return default;
        }

        outputSize.Check(_axes, 1, "output size", Kind);
        Span<int> paddings = stackalloc int[3];
        string[] choices = new string[_axes];
        bool fits = true;
        for (int axis = 0; axis < _axes; axis++)
        {
            SpatialAxis one = new(0, KernelSize[axis], Stride[axis], Padding.Amount[axis], Dilation[axis]);
            long least = one.LeastInput(input.Size(axis - _axes)), more = outputSize[axis] - least;
            choices[axis] = FormattableString.Invariant($"{least} to {least + Stride[axis] - 1}");
            fits &= more >= 0 && more < Stride[axis];
            paddings[axis] = fits ? (int)more : 0;
        }

        return !fits
            ? throw new ShapeException(
                $"{Kind}: an output of {outputSize} does not fit an input {input.Shape}; it can be {string.Join(" x ", choices)}.")
            : _axes switch
            {
                1 => paddings[0],
                2 => (paddings[0], paddings[1]),
                _ => (paddings[0], paddings[1], paddings[2]),
            };
    }
}
