using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Reflection;

namespace DeepLearning.Data;

/// <summary>A property or field of a type whose objects become rows.</summary>
internal sealed class RowColumn
{
    private const DynamicallyAccessedMemberTypes Needed =
        DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicFields;

    private static readonly Dictionary<Type, Func<object, double>> _numbers = new()
    {
        [typeof(double)] = static value => (double)value,
        [typeof(float)] = static value => (float)value,
        [typeof(Half)] = static value => (double)(Half)value,
        [typeof(decimal)] = static value => (double)(decimal)value,
        [typeof(int)] = static value => (int)value,
        [typeof(uint)] = static value => (uint)value,
        [typeof(long)] = static value => (long)value,
        [typeof(ulong)] = static value => (ulong)value,
        [typeof(short)] = static value => (short)value,
        [typeof(ushort)] = static value => (ushort)value,
        [typeof(byte)] = static value => (byte)value,
        [typeof(sbyte)] = static value => (sbyte)value,
        [typeof(nint)] = static value => (nint)value,
        [typeof(nuint)] = static value => (nuint)value,
        [typeof(Int128)] = static value => (double)(Int128)value,
        [typeof(UInt128)] = static value => (double)(UInt128)value,
        [typeof(BigInteger)] = static value => (double)(BigInteger)value,
        [typeof(bool)] = static value => (bool)value ? 1 : 0,
        [typeof(TimeSpan)] = static value => ((TimeSpan)value).TotalSeconds,
    };

    private static readonly Dictionary<Type, Func<object, string>> _texts = new()
    {
        [typeof(string)] = static value => (string)value,
        [typeof(char)] = static value => ((char)value).ToString(),
        [typeof(Guid)] = static value => ((Guid)value).ToString(),
        [typeof(Uri)] = static value => ((Uri)value).ToString(),
        [typeof(Version)] = static value => ((Version)value).ToString(),
        [typeof(DateOnly)] = static value => ((DateOnly)value).ToString("O", CultureInfo.InvariantCulture),
        [typeof(TimeOnly)] = static value => ((TimeOnly)value).ToString("O", CultureInfo.InvariantCulture),
        [typeof(DateTime)] = static value => ((DateTime)value).ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture),
        [typeof(DateTimeOffset)] =
            static value => ((DateTimeOffset)value).ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture),
    };

    private readonly string _name;
    private readonly Func<object, object?> _get;
    private readonly Func<object, double>? _number;
    private readonly Func<object, string>? _text;

    private RowColumn(Type owner, string name, Type type, Func<object, object?> get)
    {
        (_name, _get) = (name, get);
        Type cell = Nullable.GetUnderlyingType(type) ?? type;
        _number = _numbers.GetValueOrDefault(cell);
        _text = cell.IsEnum ? static value => value.ToString()! : _texts.GetValueOrDefault(cell);
        if (_number is null && _text is null)
        {
            throw new TableException(
                $"FromRows: {owner.Name}.{name} is of type {cell.Name}, which is neither a number nor a text. Choose what becomes columns: "
                + $"Table.FromRows(rows.Select(r => new {{ … }})).");
        }
    }

    /// <summary>The columns of a type: properties, then fields, in the order of declaration, those of base classes first.</summary>
    public static RowColumn[] Of([DynamicallyAccessedMembers(Needed)] Type type)
    {
        if (_numbers.ContainsKey(type) || _texts.ContainsKey(type) || type.IsEnum)
        {
            throw new TableException(
                $"FromRows: a {type.Name} has no columns; for a table of one column there are {nameof(NumberColumn)} and "
                + $"{nameof(TextColumn)}.");
        }

        PropertyInfo[] properties = type.GetProperties(BindingFlags.Instance | BindingFlags.Public);
        FieldInfo[] fields = type.GetFields(BindingFlags.Instance | BindingFlags.Public);
        RowColumn[] columns =
        [
            .. InOrder(properties.Where(static p => p.GetMethod is { IsPublic: true } && p.GetIndexParameters().Length == 0))
                .Select(property => new RowColumn(type, property.Name, property.PropertyType, property.GetValue)),
            .. InOrder(fields).Select(field => new RowColumn(type, field.Name, field.FieldType, field.GetValue)),
        ];
        return columns.Length > 0
            ? columns
            : throw new TableException($"FromRows: {type.Name} has no public property or field; columns are made of these.");
    }

    /// <summary>The column of some objects.</summary>
    public Column ToColumn(object[] rows) => _number is { } number
        ? new NumberColumn(_name, Array.ConvertAll(rows, row => _get(row) is { } value ? number(value) : double.NaN))
        : new TextColumn(_name, Array.ConvertAll(rows, row => _get(row) is { } value ? _text!(value) : null));

    /// <summary>
    /// Members by their class, base classes first, and their declaration in it. Of those with one name the one that hides the others.
    /// </summary>
    private static IEnumerable<TMember> InOrder<TMember>(IEnumerable<TMember> members)
        where TMember : MemberInfo => members
        .GroupBy(static member => member.Name)
        .Select(static same => same.MaxBy(Depth)!)
        .OrderBy(Depth)
        .ThenBy(static member => member.HasMetadataToken() ? member.MetadataToken : 0);

    private static int Depth(MemberInfo member)
    {
        int depth = 0;
        for (Type? type = member.DeclaringType; type is not null; type = type.BaseType)
        {
            depth++;
        }

        return depth;
    }
}
