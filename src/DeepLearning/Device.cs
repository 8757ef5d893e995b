using DeepLearning.Backends;

namespace DeepLearning;

/// <summary>Where a tensor's elements live and its operations run.</summary>
public sealed class Device
{
    private readonly Lazy<Backend> _backend;

    /// <summary>A device of its own: tensors of two devices never meet, whatever their names are.</summary>
    /// <param name="name">The device's name, such as <c>cpu</c>.</param>
    /// <param name="backend">Makes what runs its operations, when it is first needed. Its storages name this device.</param>
    internal Device(string name, Func<Device, Backend> backend)
    {
        Name = name;
        _backend = new Lazy<Backend>(() => backend(this));
    }

    /// <summary>The processor of this machine.</summary>
    public static Device Cpu { get; } = new("cpu", static _ => new Backends.Cpu.CpuBackend());

    /// <summary>The device's name, such as <c>cpu</c>.</summary>
    public string Name { get; }

    internal Backend Backend => _backend.Value;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
