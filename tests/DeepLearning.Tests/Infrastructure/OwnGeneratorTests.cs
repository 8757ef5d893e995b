using System.Reflection;

namespace DeepLearning.Tests.Infrastructure;

/// <summary>No test depends on the generator of the process.</summary>
public sealed class OwnGeneratorTests
{
    [Fact]
    public void Each_collection_gives_its_tests_a_generator_of_their_own()
    {
        Type[] definitions =
            [.. typeof(OwnGeneratorTests).Assembly.GetTypes().Where(static t => t.IsDefined(typeof(CollectionDefinitionAttribute)))];
        Assert.Contains(typeof(OwnGeneratorDefinition), definitions);
        Assert.All(definitions, static t => Assert.True(t.IsDefined(typeof(OwnGeneratorAttribute)), $"{t} lacks [OwnGenerator]."));

        // A name without a definition makes a collection that nothing watches.
        string[] defined = [.. definitions.Select(NameOf)];
        string[] named =
            [.. typeof(OwnGeneratorTests).Assembly.GetTypes().Where(static t => t.IsDefined(typeof(CollectionAttribute))).Select(NameOf)];
        Assert.Empty(named.Except(defined));

        static string NameOf(Type type) => (string)type.CustomAttributes
            .Single(static a => a.AttributeType == typeof(CollectionAttribute) || a.AttributeType == typeof(CollectionDefinitionAttribute))
            .ConstructorArguments[0].Value!;
    }

    [Fact]
    public void A_test_draws_from_a_generator_that_its_name_seeds_and_nobody_else_has()
    {
        Generator own = Generator.Default;
        Assert.NotSame(OwnGeneratorAttribute.ProcessWide(), own);
        Assert.Equal(0UL, own.State.Position);
        OwnGeneratorAttribute attribute = new();
        MethodInfo[] tests = typeof(OwnGeneratorTests).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);
        ulong[] seeds = [.. tests.Select(test =>
        {
            attribute.Before(test);
            return Generator.Default.Seed;
        })];
        Assert.Equal(seeds.Length, seeds.Distinct().Count());
        attribute.Before(tests.Single(
            static test => test.Name == nameof(A_test_draws_from_a_generator_that_its_name_seeds_and_nobody_else_has)));
        Assert.Equal(own.Seed, Generator.Default.Seed);
        attribute.After(tests[0]);
    }

    [Fact]
    public void Drawing_from_a_generator_that_all_share_fails_the_test()
    {
        Generator shared = new(1);
        GeneratorState untouched = shared.State;
        OwnGeneratorAttribute.RequireUntouched(shared, untouched);
        shared.NextUInt64();
        Assert.Throws<InvalidOperationException>(() => OwnGeneratorAttribute.RequireUntouched(shared, untouched));
        shared.State = untouched;
        OwnGeneratorAttribute.RequireUntouched(shared, untouched);
        shared.ManualSeed(2);
        Assert.Throws<InvalidOperationException>(() => OwnGeneratorAttribute.RequireUntouched(shared, untouched));
    }
}
