using System.Numerics;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override bool TryConvolve(in ConvolutionShape shape, Tensor x, Tensor weight, Tensor? bias, Tensor y)
    {
        ElementTypes.Floats(y.DType, new ConvolveWork(this, shape, x, weight, bias, y));
        return true;
    }

    public override bool TryConvolveInputGradient(in ConvolutionShape shape, Tensor dy, Tensor weight, Tensor? bias, Tensor dx)
    {
        ElementTypes.Floats(dx.DType, new ConvolveInputGradientWork(this, shape, dy, weight, bias, dx));
        return true;
    }

    public override bool TryConvolveWeightGradient(in ConvolutionShape shape, Tensor x, Tensor dy, Tensor dw)
    {
        ElementTypes.Floats(dw.DType, new ConvolveWeightGradientWork(this, shape, x, dy, dw));
        return true;
    }

    private void Convolve<T>(in ConvolutionShape shape, Tensor x, Tensor weight, Tensor? bias, Tensor y)
        where T : unmanaged, INumberBase<T>
    {
        if (shape.Work == 0)
        {
            FillBias(shape, bias, y);
            return;
        }

        using Lease<T> lx = new(Packed(x)), lw = new(Packed(weight)), ly = new(y), lb = bias is null ? default : new(Packed(bias));
        fixed (T* px = lx, pw = lw, py = ly, pb = lb)
        {
            Convolution.Forward(shape, px, pw, pb, py);
        }
    }

    private void ConvolveInputGradient<T>(in ConvolutionShape shape, Tensor dy, Tensor weight, Tensor? bias, Tensor dx)
        where T : unmanaged, INumberBase<T>
    {
        if (shape.Work == 0)
        {
            FillBias(shape, bias, dx);
            return;
        }

        using Lease<T> ly = new(Packed(dy)), lw = new(Packed(weight)), lx = new(dx), lb = bias is null ? default : new(Packed(bias));
        fixed (T* py = ly, pw = lw, px = lx, pb = lb)
        {
            Convolution.InputGradient(shape, py, pw, pb, px);
        }
    }

    private void ConvolveWeightGradient<T>(in ConvolutionShape shape, Tensor x, Tensor dy, Tensor dw)
        where T : unmanaged, INumberBase<T>
    {
        if (shape.Work == 0)
        {
            Fill(dw, 0);
            return;
        }

        using Lease<T> lx = new(Packed(x)), ly = new(Packed(dy)), lw = new(dw);
        fixed (T* px = lx, py = ly, pw = lw)
        {
            Convolution.WeightGradient(shape, px, py, pw, false);
        }
    }

    /// <summary>Where no channels are summed, there is nothing but the bias.</summary>
    private void FillBias(in ConvolutionShape shape, Tensor? bias, Tensor y)
    {
        Fill(y, 0);
        if (bias is not null)
        {
            Copy(Packed(bias).View([-1, .. Enumerable.Repeat(1, shape.Axes)]), y);
        }
    }

    /// <summary>The tensor, or a copy that is contiguous; not recorded.</summary>
    private static Tensor Packed(Tensor x) => x.IsContiguous ? x : x.Detach().Contiguous();

    private readonly struct ConvolveWork(
        CpuBackend backend, ConvolutionShape shape, Tensor x, Tensor weight, Tensor? bias, Tensor y) : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => backend.Convolve<T>(shape, x, weight, bias, y);
    }

    private readonly struct ConvolveInputGradientWork(
        CpuBackend backend, ConvolutionShape shape, Tensor dy, Tensor weight, Tensor? bias, Tensor dx) : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => backend.ConvolveInputGradient<T>(shape, dy, weight, bias, dx);
    }

    private readonly struct ConvolveWeightGradientWork(
        CpuBackend backend, ConvolutionShape shape, Tensor x, Tensor dy, Tensor dw) : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => backend.ConvolveWeightGradient<T>(shape, x, dy, dw);
    }
}
