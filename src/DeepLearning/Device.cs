using DeepLearning.Backends;

namespace DeepLearning;

/// <summary>Where a tensor's elements live and its operations run.</summary>
public sealed class Device
{
    internal Device(string name, Func<Backend> backend)
    {
        Name = name;
        _backend = new Lazy<Backend>(backend);
    }

    private readonly Lazy<Backend> _backend;

    /// <summary>The processor of this machine.</summary>
    public static Device Cpu { get; } = new("cpu", static () => new Backends.Cpu.CpuBackend());

    /// <summary>The device's name, such as <c>cpu</c>.</summary>
    public string Name { get; }

    internal Backend Backend => _backend.Value;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
