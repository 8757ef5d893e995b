using System.Globalization;
using DeepLearning.Layers;

namespace DeepLearning.Pretrained;

/// <summary>Layer normalization over the last axis, or root mean square normalization, which has no bias and subtracts no mean.</summary>
internal sealed class Norm : Layer
{
    private readonly bool _isRms;
    private readonly double _eps;
    private readonly int _width;

    public Norm(Build build, int width, double eps, bool isRms)
    {
        (_width, _eps, _isRms) = (width, eps, isRms);
        Weight = build.Parameter("weight", [width], Start.Ones);
        Bias = isRms ? null : build.Parameter("bias", [width], Start.Zeros);
    }

    public Parameter Weight { get; set; }

    public Parameter? Bias { get; set; }

    /// <inheritdoc/>
    protected internal override string Details => string.Create(CultureInfo.InvariantCulture, $"{_width}, eps={_eps}");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) =>
        _isRms ? input.RmsNorm([_width], Weight, _eps) : input.LayerNorm([_width], Weight, Bias, _eps);
}
