using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace DeepLearning.Tests.Infrastructure;

/// <summary>
/// Gives each test a <see cref="Generator.Default"/> of its own, seeded by the test's name, so that what it draws depends neither on the
/// tests beside it nor on those before. A test that all the same draws from the generator of the process fails.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OwnGeneratorAttribute : BeforeAfterTestAttribute
{
    private static readonly Generator s_process = ProcessWide();
    private static readonly Lock s_lock = new();
    private static GeneratorState s_untouched = s_process.State;

    /// <summary>The generator of the process, as a thread sees it that was given no other.</summary>
    public static Generator ProcessWide()
    {
        Generator? seen = null;
        Thread thread = new(() => seen = Generator.Default);
        thread.Start();
        thread.Join();
        return seen!;
    }

    /// <summary>Throws if the numbers of a generator that nobody should have used have moved on.</summary>
    public static void RequireUntouched(Generator generator, GeneratorState untouched)
    {
        if (generator.State != untouched)
        {
            throw new InvalidOperationException(
                "This test, or one beside it, drew from the generator of the process or seeded it, so that its numbers depend on what else "
                + "runs. Give a generator to what draws on a thread that the test started, after an await, or in a field or the "
                + "constructor of a test class, which run before the test has its own.");
        }
    }

    /// <inheritdoc/>
    public override void Before(MethodInfo methodUnderTest)
    {
        // Stays in place until After.
        _ = new Generator(Seed($"{methodUnderTest.DeclaringType}.{methodUnderTest.Name}")).AsDefault();
    }

    /// <inheritdoc/>
    public override void After(MethodInfo methodUnderTest)
    {
        // What the constructor of the next test's class draws is seen, whatever ran on this thread before.
        _ = s_process.AsDefault();
        lock (s_lock)
        {
            // Told once, by a test that ran meanwhile, not by all that follow.
            GeneratorState untouched = s_untouched;
            s_untouched = s_process.State;
            RequireUntouched(s_process, untouched);
        }
    }

    // FNV-1a: the same in every process, unlike string.GetHashCode.
    private static ulong Seed(string name)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in name)
        {
            hash = unchecked((hash ^ c) * 1099511628211);
        }

        return hash;
    }
}

/// <summary>
/// Puts each class that names no collection into one of its own, as xunit does, with <see cref="OwnGeneratorAttribute"/>.
/// </summary>
public sealed class OwnGeneratorCollections(ITestAssembly assembly, IMessageSink messages) : IXunitTestCollectionFactory
{
    private readonly CollectionPerClassTestCollectionFactory _usual = new(assembly, messages);
    private readonly ITypeInfo _definition = Reflector.Wrap(typeof(OwnGeneratorDefinition));

    /// <inheritdoc/>
    public string DisplayName => "collection-per-class, a generator per test";

    /// <inheritdoc/>
    public ITestCollection Get(ITypeInfo testClass)
    {
        ITestCollection usual = _usual.Get(testClass);
        return usual.CollectionDefinition is null ? new TestCollection(assembly, _definition, usual.DisplayName) : usual;
    }
}

/// <summary>What a class that names no collection belongs to.</summary>
[CollectionDefinition("Own generator")]
[OwnGenerator]
public sealed class OwnGeneratorDefinition;
