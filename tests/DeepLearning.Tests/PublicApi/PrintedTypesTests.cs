using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace DeepLearning.Tests.PublicApi;

/// <summary>
/// What a user holds in the hand prints itself, not the name of its type. Compiled into the test project of every package
/// (tests/PublicApi.props).
/// </summary>
public sealed class PrintedTypesTests
{
    // Numbers that formulas are written over: they exist inside kernels, where nothing is printed.
    private static readonly string[] s_kernelNumbers = ["Dual`1", "Lane`1", "Lanes128`1", "Lanes256`1", "Lanes512`1", "Mask`1"];

    [Fact]
    public void Every_type_that_can_be_held_prints_itself()
    {
        string[] silent =
        [
            .. from type in Held()
               let owner = ToStringOf(type).DeclaringType
               where owner == typeof(object) || owner == typeof(ValueType)
               select type.FullName!,
        ];
        Assert.True(silent.Length == 0, "These print the names of their types; give them a ToString:\n" + string.Join('\n', silent));
    }

    [Fact]
    public void No_record_prints_the_type_of_a_list()
    {
        // What the compiler writes for a record prints a list as System.Collections.Generic.List`1[…].
        string[] listed =
        [
            .. from type in Held()
               where ToStringOf(type).IsDefined(typeof(CompilerGeneratedAttribute))
               from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
               where property.GetIndexParameters().Length == 0 && property.PropertyType != typeof(string)
                   && typeof(IEnumerable).IsAssignableFrom(property.PropertyType)
                   && (property.PropertyType.IsInterface || ToStringOf(property.PropertyType).DeclaringType == typeof(object))
               select $"{type.FullName}.{property.Name}",
        ];
        Assert.True(listed.Length == 0, "These records print lists by their types; give them a ToString:\n" + string.Join('\n', listed));
    }

    private static IEnumerable<Type> Held()
    {
        string tests = typeof(PrintedTypesTests).Assembly.GetName().Name!;
        Assembly package = Assembly.Load(tests[..tests.LastIndexOf('.')]);
        return package.GetTypes().Where(static type =>
            (type.IsVisible || IsHandedOut(type)) && !type.IsInterface && !type.IsEnum && !type.IsByRefLike
            && !(type.IsAbstract && type.IsSealed) && !typeof(Exception).IsAssignableFrom(type) && !typeof(Attribute).IsAssignableFrom(type)
            && !typeof(Delegate).IsAssignableFrom(type) && !s_kernelNumbers.Contains(type.Name));
    }

    /// <summary>A type that users know only by an interface or a base class of ours, such as the set that a map gives.</summary>
    private static bool IsHandedOut(Type type) =>
        !type.IsNested && !type.IsAbstract
        && ((type.BaseType is { IsVisible: true } parent && parent.Assembly == type.Assembly)
            || type.GetInterfaces().Any(contract => contract.Assembly == type.Assembly && IsOfSets(contract)));

    private static bool IsOfSets(Type contract) => contract.IsVisible && contract.Name.Contains("Dataset", StringComparison.Ordinal);

    private static MethodInfo ToStringOf(Type type) => type.GetMethod(nameof(ToString), Type.EmptyTypes)!;
}
