using System.Text;

namespace DeepLearning.Formats;

/// <summary>An attribute of an object in an HDF5 file (format specification, IV.A.2.m), up to its value.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The block of its type.</param>
/// <param name="Space">The block of its shape.</param>
/// <param name="Value">The block of its value.</param>
internal sealed record Hdf5Attribute(string Name, Hdf5Block Type, Hdf5Block Space, Hdf5Block Value)
{
    public static Hdf5Attribute Read(Hdf5Block block)
    {
        int version = block.Byte();
        if (version is < 1 or > 3)
        {
            throw block.Bad($"the version {version} is not known.");
        }

        // In version 1 this byte is reserved; later a flag says that the type stands elsewhere.
        if (block.Byte() != 0 && version > 1)
        {
            throw block.Bad("the type of an attribute is shared, which is not supported; Keras shares none.");
        }

        int nameSize = block.UInt16(), typeSize = block.UInt16(), spaceSize = block.UInt16();
        block.Skip(version == 3 ? 1 : 0);
        string name = Encoding.UTF8.GetString(block.Take(Padded(nameSize))).TrimEnd('\0');
        return new(
            name, block.Part(Padded(typeSize), "the type of an attribute"), block.Part(Padded(spaceSize), "the shape of an attribute"),
            block.Part(block.Left, "the value of an attribute"));

        int Padded(int size) => version == 1 ? (size + 7) & ~7 : size;
    }
}
