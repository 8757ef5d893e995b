using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using DeepLearning.Layers;

namespace DeepLearning.Optimizers;

/// <summary>An option as the property that holds it. Reflected once per type, so that none can be forgotten in a checkpoint.</summary>
internal sealed class OptionProperty
{
    private static readonly ConcurrentDictionary<Type, OptionProperty[]> s_known = new();

    private readonly PropertyInfo _property;
    private readonly OptionAttribute _range;

    private OptionProperty(PropertyInfo property)
    {
        Type type = property.PropertyType;
        if (type != typeof(double) && type != typeof(int) && type != typeof(bool))
        {
            throw new NotSupportedException(
                $"{property.DeclaringType!.Name}.{property.Name} is of type {type.Name}; an option is a double, an int or a bool.");
        }

        _property = property;
        _range = property.GetCustomAttribute<OptionAttribute>() ?? new OptionAttribute();
        Key = _range.Key ?? ModuleFields.KeyOf(property.Name);
    }

    /// <summary>Its name in a checkpoint.</summary>
    public string Key { get; }

    /// <summary>The options of a type of options: those of the base class first, then in the order of declaration.</summary>
    /// <exception cref="NotSupportedException">A property is of a type that no option has.</exception>
    public static IReadOnlyList<OptionProperty> Of([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type type)
    {
        if (s_known.TryGetValue(type, out OptionProperty[]? known))
        {
            return known;
        }

        IEnumerable<PropertyInfo> settable = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(static property => property.GetMethod is not null && property.SetMethod is not null)
            .OrderBy(static property => Depth(property.DeclaringType))
            .ThenBy(static property => property.HasMetadataToken() ? property.MetadataToken : 0);
        return s_known.GetOrAdd(type, [.. settable.Select(static property => new OptionProperty(property))]);
    }

    /// <summary>The value as a number; a truth value is 1 or 0.</summary>
    public double Get(OptimizerOptions options) => Convert.ToDouble(_property.GetValue(options), CultureInfo.InvariantCulture);

    public void Set(OptimizerOptions options, double value) => _property.SetValue(
        options,
        _property.PropertyType == typeof(bool)
            ? value != 0
            : Convert.ChangeType(value, _property.PropertyType, CultureInfo.InvariantCulture));

    /// <summary>Refuses a value out of its range.</summary>
    public void Check(OptimizerOptions options)
    {
        double value = Get(options);
        if (!_range.Allows(value))
        {
            throw new ArgumentOutOfRangeException(_property.Name, value, $"{_property.Name} must be {_range}.");
        }
    }

    /// <summary>Its name and value; a truth value is its name, or nothing.</summary>
    public string Show(OptimizerOptions options) => _property.PropertyType != typeof(bool)
        ? FormattableString.Invariant($"{Key} {Get(options)}")
        : Get(options) != 0 ? Key : "";

    private static int Depth(Type? type) => type is null ? 0 : 1 + Depth(type.BaseType);
}
