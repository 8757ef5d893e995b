using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace DeepLearning.Testing;

/// <summary>
/// The tensors in a value (a tensor, a tuple, an array or list, a record of them), in order, and the same value with other tensors.
/// What holds no tensors, and what is null, stays as it is.
/// </summary>
internal static class Structure
{
    public static List<Tensor> Tensors(object? value)
    {
        List<Tensor> tensors = [];
        Visit(value, tensors.Add);
        return tensors;
    }

    /// <summary>The value with each tensor replaced, in the order of <see cref="Tensors"/>.</summary>
    public static object? With(object? value, Func<Tensor, Tensor> replace)
    {
        switch (value)
        {
            case null:
                return null;
            case Tensor tensor:
                return replace(tensor);
            case ITuple tuple:
                object?[] items = [.. Enumerable.Range(0, tuple.Length).Select(i => With(tuple[i], replace))];
                return Rebuilt(value.GetType(), items);
            case Array { Rank: 1 } array when IsOfTensors(array):
                Array copy = Array.CreateInstance(array.GetType().GetElementType()!, array.Length);
                for (int i = 0; i < array.Length; i++)
                {
                    copy.SetValue(With(array.GetValue(i), replace), i);
                }

                return copy;
            case IList list when IsOfTensors(list) && value.GetType().GetConstructor(Type.EmptyTypes) is { } empty:
                IList filled = (IList)empty.Invoke([]);
                foreach (object? item in list)
                {
                    filled.Add(With(item, replace));
                }

                return filled;
            case IEnumerable<Tensor> tensors:
                return tensors.Select(replace).ToArray();
            default:
                return WithProperties(value, replace);
        }
    }

    private static void Visit(object? value, Action<Tensor> found)
    {
        switch (value)
        {
            case null or string:
                break;
            case Tensor tensor:
                found(tensor);
                break;
            case ITuple tuple:
                for (int i = 0; i < tuple.Length; i++)
                {
                    Visit(tuple[i], found);
                }

                break;
            case IEnumerable items when IsOfTensors(items):
                foreach (object? item in items)
                {
                    Visit(item, found);
                }

                break;
            default:
                foreach (PropertyInfo property in TensorProperties(value.GetType()))
                {
                    Visit(property.GetValue(value), found);
                }

                break;
        }
    }

    private static bool IsOfTensors(IEnumerable items) => items.Cast<object?>().Any(static item => Tensors(item).Count > 0);

    /// <summary>The properties that hold tensors: those that a constructor takes, in its order, or all.</summary>
    private static IEnumerable<PropertyInfo> TensorProperties(Type type) =>
        Constructor(type) is (_, { } taken) ? taken.Where(IsTensorProperty) : Properties(type).Where(IsTensorProperty);

    private static bool IsTensorProperty(PropertyInfo property) =>
        typeof(Tensor).IsAssignableFrom(property.PropertyType)
        || typeof(ITuple).IsAssignableFrom(property.PropertyType)
        || typeof(IEnumerable<Tensor>).IsAssignableFrom(property.PropertyType);

    private static object WithProperties(object value, Func<Tensor, Tensor> replace)
    {
        if (Tensors(value).Count == 0)
        {
            return value;
        }

        if (Constructor(value.GetType()) is not ({ } constructor, { } properties))
        {
            throw new ArgumentException(
                $"An input of type {value.GetType().Name} cannot be made with other tensors: no public constructor takes all of its "
                    + "tensors by the names of its properties. Check a module that takes the tensors and makes the value itself.");
        }

        return constructor.Invoke(
            [.. properties.Select(p => IsTensorProperty(p) ? With(p.GetValue(value), replace) : p.GetValue(value))]);
    }

    /// <summary>The longest public constructor whose parameters are all properties, and those.</summary>
    private static (ConstructorInfo? Constructor, PropertyInfo[]? Properties) Constructor(Type type)
    {
        PropertyInfo[] all = [.. Properties(type)];
        foreach (ConstructorInfo constructor in type.GetConstructors().OrderByDescending(static c => c.GetParameters().Length))
        {
            PropertyInfo?[] taken =
            [
                .. constructor.GetParameters().Select(parameter => Array.Find(all, property =>
                    property.Name.Equals(parameter.Name, StringComparison.OrdinalIgnoreCase)
                    && property.PropertyType == parameter.ParameterType)),
            ];
            if (taken.Length > 0 && !taken.Contains(null) && all.Where(IsTensorProperty).All(taken.Contains))
            {
                return (constructor, [.. taken.OfType<PropertyInfo>()]);
            }
        }

        return (null, null);
    }

    private static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.IsPrimitive || type.IsEnum
            ? []
            : type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(static property => property.CanRead && property.GetIndexParameters().Length == 0);

    private static object Rebuilt(Type tuple, object?[] items)
    {
        const int Nested = 7;
        if (items.Length > Nested && tuple.IsGenericType)
        {
            object rest = Rebuilt(tuple.GetGenericArguments()[Nested], items[Nested..]);
            items = [.. items[..Nested], rest];
        }

        return Activator.CreateInstance(tuple, items)!;
    }
}
