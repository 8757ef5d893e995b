using System.Reflection;

namespace DeepLearning.Tests.Infrastructure.Mutants;

/// <summary>
/// The switch that Stryker.NET builds into the assembly it has changed: all mutants are there at once, at most one is active. (The type
/// is <c>Stryker….MutantControl</c>, public, in that assembly alone.)
/// </summary>
internal sealed class MutantControl
{
    /// <summary>No mutant.</summary>
    public const int None = -1;

    private readonly FieldInfo _active;
    private readonly FieldInfo _capture;
    private readonly MethodInfo _data;

    public MutantControl()
    {
        Type type = typeof(Tensor).Assembly.GetTypes().SingleOrDefault(t => t.Name == nameof(MutantControl))
            ?? throw new InvalidOperationException($"{typeof(Tensor).Assembly.Location} holds no mutants; start tests/mutation/run.");
        _active = type.GetField("ActiveMutant")!;
        _capture = type.GetField("CaptureCoverage")!;
        _data = type.GetMethod("GetCoverageData")!;
    }

    /// <summary>The mutant that is active.</summary>
    public int Active
    {
        get => (int)_active.GetValue(null)!;
        set => _active.SetValue(null, value);
    }

    /// <summary>Whether the mutants that are passed are noted.</summary>
    public bool Captures
    {
        set => _capture.SetValue(null, value);
    }

    /// <summary>
    /// The mutants passed since the last call; those met while a static field was filled have effect only in a process of their own.
    /// </summary>
    public (IList<int> All, IList<int> Static) TakeCovered()
    {
        IList<int>[] data = (IList<int>[])_data.Invoke(null, null)!;
        return (data[0], data[1]);
    }
}
