using System.Reflection;

namespace DeepLearning.Tests.Infrastructure.Mutants;

/// <summary>
/// The switch that Stryker.NET builds into the assembly it has changed: all mutants are there at once, at most one is active. (The type
/// is <c>Stryker….MutantControl</c>, public, in that assembly alone; tests/mutation/run gives it the field <c>Passed</c>.)
/// </summary>
internal sealed class MutantControl
{
    /// <summary>No mutant.</summary>
    public const int None = -1;

    // More than any area has.
    private const int Capacity = 1 << 18;

    private readonly FieldInfo _active;
    private readonly FieldInfo _passed;

    public MutantControl()
    {
        Type type = typeof(Tensor).Assembly.GetTypes().SingleOrDefault(t => t.Name == nameof(MutantControl))
            ?? throw new InvalidOperationException($"{typeof(Tensor).Assembly.Location} holds no mutants; start tests/mutation/run.");
        _active = type.GetField("ActiveMutant")!;
        _passed = type.GetField("Passed")!;
        Active = None;
    }

    /// <summary>The mutant that is active.</summary>
    public int Active
    {
        get => (int)_active.GetValue(null)!;
        set => _active.SetValue(null, value);
    }

    /// <summary>Whether the mutants that are passed are noted; none is active meanwhile.</summary>
    public bool Captures
    {
        set => _passed.SetValue(null, value ? new bool[Capacity] : null);
    }

    /// <summary>The mutants passed since the last call.</summary>
    public IReadOnlyList<int> TakePassed()
    {
        bool[] passed = (bool[])_passed.GetValue(null)!;
        List<int> mutants = [];
        for (int i = Array.IndexOf(passed, true); i >= 0; i = Array.IndexOf(passed, true, i + 1))
        {
            mutants.Add(i);
            passed[i] = false;
        }

        return mutants;
    }
}
