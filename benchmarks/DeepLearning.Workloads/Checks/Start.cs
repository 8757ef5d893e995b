using System.Text.Json;

namespace DeepLearning.Workloads;

/// <summary>Where a check's parameters, inputs and noise come from.</summary>
internal abstract class Start
{
    /// <summary>What the peer recorded: losses, and norms of gradients.</summary>
    public abstract JsonElement Reference { get; }

    /// <summary>A value of a module's state.</summary>
    /// <param name="key">The module and the key.</param>
    /// <param name="own">What it is before, of the same shape and type.</param>
    /// <param name="isParameter">False for a buffer.</param>
    public abstract Tensor State(string key, Tensor own, bool isParameter);

    /// <summary>An input of the workload.</summary>
    public abstract Tensor Input(string name, Tensor own);

    /// <summary>What a step draws.</summary>
    public abstract Tensor Noise(int step, int index, Shape shape);
}

/// <summary>The files that <c>torch_workloads.py --reference</c> wrote for a workload.</summary>
internal sealed class StartOfFiles : Start
{
    private readonly string _folder;

    public StartOfFiles(string folder, string workload)
    {
        _folder = Path.Combine(folder, workload);
        if (!Directory.Exists(_folder))
        {
            throw new DirectoryNotFoundException($"No reference for {workload}: {_folder} is missing; write it with torch_workloads.py "
                + $"--reference {folder} {workload}.");
        }
    }

    public override JsonElement Reference => JsonElement.Parse(File.ReadAllBytes(Path.Combine(_folder, "reference.json")));

    public override Tensor State(string key, Tensor own, bool isParameter) => Read(key);

    public override Tensor Input(string name, Tensor own) => Read($"input.{name}");

    public override Tensor Noise(int step, int index, Shape shape)
    {
        string key = $"noise.{step}.{index}";
        Tensor noise = File.Exists(FileOf(key))
            ? Read(key)
            : throw new InvalidDataException($"The reference recorded no more noise; a tensor {shape} was asked for.");
        return noise.Shape == shape
            ? noise
            : throw new InvalidDataException($"The reference recorded noise {noise.Shape}, but {shape} was asked for.");
    }

    private Tensor Read(string key) => Npy.Read(FileOf(key));

    private string FileOf(string key) => Path.Combine(_folder, key + ".npy");
}
