namespace DeepLearning.Backends.Gpu;

/// <summary>
/// What was found wrong with values on the device. A check takes a slot of the device's memory and is not waited for; whoever reads next
/// reads the slots as well, and gets the error of the first check that failed.
/// </summary>
/// <param name="slots">The number of slots; when all are taken they are read.</param>
internal sealed class GpuChecks(int slots)
{
    private readonly List<Func<long, Exception>> _errors = [];

    /// <summary>
    /// How many slots are taken. This object is locked from here to <see cref="Settle"/>, and from taking a slot to the launch of what
    /// writes it.
    /// </summary>
    public int Pending => _errors.Count;

    /// <summary>The slots; null before the first is taken.</summary>
    public Tensor? Memory { get; private set; }

    /// <summary>Takes a slot.</summary>
    /// <param name="device">The device.</param>
    /// <param name="error">The error, of what the slot then holds.</param>
    /// <returns>The number of the slot.</returns>
    public int Take(Device device, Func<long, Exception> error)
    {
        if (Memory is null)
        {
            using TensorScope.Suspension suspension = TensorScope.Suspend();
            Memory = Tensor.Allocate([slots], DType.Int64, device);
            device.Backend.Fill(Memory, CheckKernels.Fine);
        }

        if (_errors.Count == slots)
        {
            device.Backend.Read(Memory, 0, []);
        }

        _errors.Add(error);
        return _errors.Count - 1;
    }

    /// <summary>Frees all slots, and throws the error of the first check that failed, if one did.</summary>
    /// <param name="backend">The device's backend.</param>
    /// <param name="found">What the slots hold that are taken.</param>
    public void Settle(Backend backend, long[] found)
    {
        Func<long, Exception>[] errors = [.. _errors];
        _errors.Clear();
        int failed = Array.FindIndex(found, static value => value != CheckKernels.Fine);
        if (failed >= 0)
        {
            backend.Fill(Memory!, CheckKernels.Fine);
            throw errors[failed](found[failed]);
        }
    }
}
