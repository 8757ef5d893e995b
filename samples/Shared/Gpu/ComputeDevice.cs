using System.CommandLine;

namespace DeepLearning.Samples;

/// <summary>Where a sample computes, by its command line.</summary>
internal static class ComputeDevice
{
    /// <summary>The name of the processor, which is the usual device.</summary>
    public const string Processor = "cpu";

    private const string FirstGpu = "gpu";

    public static Option<string> Option() => CommandLine.OneOf("--device", "where to compute", Processor, FirstGpu);

    /// <summary>The device of a name.</summary>
    /// <exception cref="DeviceException">There is not a GPU; the message says what it needs.</exception>
    public static Device Of(string name) => name == FirstGpu ? Device.Gpu() : Device.Cpu;
}
