using System.Reflection;
using DeepLearning.Training;

namespace DeepLearning.Tests.Training;

/// <summary>Training is made of parts that each own something, not of a base class that calls up and down.</summary>
public sealed class TrainingPartsTests
{
    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Type[] s_trainers = [typeof(TrainingRun), typeof(Trainer<>), typeof(Trainer)];

    [Fact]
    public void Trainers_hide_nothing_from_all_but_one_another()
    {
        // Only that nobody else derives from TrainingRun.
        string[] hidden = [.. s_trainers.SelectMany(static type => Members(type)).Where(static m => m.IsFamilyAndAssembly).Select(Name)];
        Assert.Equal(["TrainingRun..ctor"], hidden);
        Assert.DoesNotContain(s_trainers.SelectMany(static type => Members(type)), static m => m.IsVirtual && m.Name != "ToString");
    }

    [Fact]
    public void A_run_is_its_parts()
    {
        string[] inside = [.. s_trainers.SelectMany(static type => Members(type)).Where(static m => m.IsAssembly).Select(Name)];
        Assert.Equal(
            [
                "TrainingRun.CheckIdle", "TrainingRun.CheckOptimizer", "TrainingRun.get_CallbackList", "TrainingRun.get_CheckpointFile",
                "TrainingRun.get_Figures", "TrainingRun.get_Notices", "TrainingRun.get_State", "TrainingRun.get_Step",
            ],
            inside.Order(StringComparer.Ordinal));
        Assert.All(s_trainers, static type => Assert.DoesNotContain(type.GetNestedTypes(Declared), static t => !t.Name.StartsWith('<')));
    }

    private static IEnumerable<MethodBase> Members(Type type) =>
        type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared)).Where(static m => !m.Name.Contains('<'));

    private static string Name(MethodBase member) => $"{member.DeclaringType!.Name}.{member.Name}";
}
