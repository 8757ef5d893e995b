using System.Globalization;
using System.Numerics;

namespace DeepLearning.Backends.Gpu;

/// <content>Checks of values that are not waited for.</content>
internal sealed partial class GpuBackend
{
    private readonly GpuChecks _checks = new(256);

    public override bool DefersChecks => true;

    public override Tensor CheckLater(Tensor index, in IndexBounds bounds, Func<long, string, Exception> error)
    {
        if (index.Count == 0)
        {
            return index;
        }

        Tensor y = Tensor.Allocate(index.Layout.Lengths, DType.Int64, _device);
        lock (_checks)
        {
            int slot = _checks.Take(_device, found => error(found >> 32, Shown((int)found)));
            Launch(
                CheckKernels.Indices, _context.Config(index.Count), View<long>(index), View<long>(y), View<long>(_checks.Memory!),
                new CheckBounds(in bounds, slot));
        }

        GC.KeepAlive(index);
        return y;
    }

    public override void RefuseLater(Tensor isWrong, Func<Exception> error)
    {
        if (isWrong.Count == 0)
        {
            return;
        }

        Tensor truths = Plain(isWrong, isWrong.Layout.Lengths, DType.Bool);
        lock (_checks)
        {
            int slot = _checks.Take(_device, _ => error());
            Launch(CheckKernels.Truths, _context.Config(truths.Count), View<byte>(truths), View<long>(_checks.Memory!), slot);
        }

        GC.KeepAlive(truths);
        Done(truths, isWrong);
    }

    /// <summary>Divisors without 0, which is an error when someone reads.</summary>
    private Tensor CheckedDivisor<T>(Tensor b, string operation)
        where T : unmanaged, IBinaryInteger<T>
    {
        Tensor y = Tensor.Allocate(b.Layout.Lengths, b.DType, _device);
        lock (_checks)
        {
            int slot = _checks.Take(_device, _ => IIntegerOp.Refusal(operation));
            Launch(CheckKernels.Divisors<T>, _context.Config(b.Count), View<T>(b), View<T>(y), View<long>(_checks.Memory!), slot);
        }

        GC.KeepAlive(b);
        return y;
    }

    /// <summary>An index as it is told: a slot has no room for those beyond 32 bits.</summary>
    private static string Shown(int index) => index switch
    {
        int.MaxValue => FormattableString.Invariant($"{index} or more"),
        int.MinValue => FormattableString.Invariant($"{index} or less"),
        _ => index.ToString(CultureInfo.InvariantCulture),
    };
}
