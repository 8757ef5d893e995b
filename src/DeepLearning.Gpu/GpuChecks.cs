using System.Runtime.InteropServices;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// What was found wrong with values on the device. A check takes a slot of the device's memory and is not waited for; whoever reads next
/// reads the slots as well, and gets the error of the first check that failed.
/// </summary>
/// <param name="slots">The number of slots; when all are taken they are read.</param>
internal sealed class GpuChecks(int slots)
{
    private readonly Lock _lock = new();
    private readonly List<Func<long, Exception>> _errors = [];
    private Tensor? _memory;

    /// <summary>
    /// Takes a slot.
    /// </summary>
    /// <param name="device">The device.</param>
    /// <param name="error">The error, of what the slot then holds.</param>
    /// <returns>The slots and the number of the one taken.</returns>
    public (Tensor Slots, int Slot) Take(Device device, Func<long, Exception> error)
    {
        lock (_lock)
        {
            if (_errors.Count == slots)
            {
                Resolve(device.Backend);
            }

            if (_memory is null)
            {
                using TensorScope.Suspension suspension = TensorScope.Suspend();
                _memory = Tensor.Allocate([slots], DType.Int64, device);
                device.Backend.Fill(_memory, CheckKernels.Fine);
            }

            _errors.Add(error);
            return (_memory, _errors.Count - 1);
        }
    }

    /// <summary>Throws the error of the first check that failed, if one did. Reads only if something was checked.</summary>
    public void Resolve(Backend backend)
    {
        lock (_lock)
        {
            if (_errors.Count == 0)
            {
                return;
            }

            Func<long, Exception>[] errors = [.. _errors];
            _errors.Clear();
            long[] found = new long[errors.Length];
            ((GpuBackend)backend).ReadUnchecked(_memory!, 0, MemoryMarshal.AsBytes(found.AsSpan()));
            int failed = Array.FindIndex(found, static value => value != CheckKernels.Fine);
            if (failed >= 0)
            {
                backend.Fill(_memory!, CheckKernels.Fine);
                throw errors[failed](found[failed]);
            }
        }
    }
}
