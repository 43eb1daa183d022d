using CsCheck;
using Whistle.Protocol.Keys;

namespace Whistle.Protocol.Tests.Keys;

public sealed class ReceiptTests
{
    private const string Words = "abandon amount liar amount expire adjust cage candy arch gather drum buyer";
    private static readonly byte[] Entropy = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    [Fact]
    public void The_check_vector_of_the_specification_holds()
    {
        using var receipt = Receipt.FromEntropy(Entropy);
        using var keys = receipt.DeriveKeys();
        Assert.Equal(Words, string.Join(' ', receipt.ToWords()));
        Assert.Equal("0e0642681b17595f931c78bde18f8187", keys.MailboxId.ToString());
    }

    [Fact]
    public void Entropy_survives_its_words() =>
        Gen.Byte.Array[Receipt.EntropyLength].Sample(entropy =>
        {
            using var receipt = Receipt.FromEntropy(entropy);
            var reading = Receipt.Read(string.Join(' ', receipt.ToWords()));
            Assert.Equal(ReceiptError.None, reading.Error);
            Assert.Equal(entropy, reading.Receipt!.ExportEntropy());
        });

    [Theory]
    [InlineData("  ABANDON Amount liar\r\namount\texpire adjust\n\ncage candy arch gather drum buyer \n")]
    [InlineData("abandon, amount, liar, amount, expire, adjust, cage, candy, arch, gather, drum, buyer.")]
    [InlineData("1. abandon 2. amount 3. liar 4. amount 5. expire 6. adjust 7. cage 8. candy 9. arch 10. gather 11. drum 12. buyer")]
    [InlineData("1.abandon\n2.amount\n3.liar\n4.amount\n5.expire\n6.adjust\n7.cage\n8.candy\n9.arch\n10.gather\n11.drum\n12.buyer")]
    [InlineData("abandon\u00a0amount\u3000liar amount expire adjust cage candy arch gather drum buyer")]
    public void Words_are_read_as_people_write_them(string text)
    {
        var reading = Receipt.Read(text);
        Assert.Equal(string.Empty, reading.Code);
        Assert.Equal(Entropy, reading.Receipt!.ExportEntropy());
    }

    [Fact]
    public void Words_that_are_not_on_the_list_are_named_by_their_places()
    {
        var reading = Receipt.Read("abandon amount lier amount expire adjust cage candy arch gather drum bu1er");
        Assert.Null(reading.Receipt);
        Assert.Equal("words-not-on-list", reading.Code);
        Assert.Equal([3, 12], reading.UnknownPositions);
        Assert.DoesNotContain("lier", reading.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("abandon", 1)]
    [InlineData("abandon amount liar amount expire adjust cage candy arch gather drum", 11)]
    [InlineData("abandon amount liar amount expire adjust cage candy arch gather drum buyer buyer", 13)]
    public void Another_number_of_words_is_said_so(string text, int count)
    {
        var reading = Receipt.Read(text);
        Assert.Equal("words-count", reading.Code);
        Assert.Equal(count, reading.WordCount);
    }

    [Fact]
    public void Two_words_in_each_others_place_fail_the_checksum()
    {
        var reading = Receipt.Read("amount abandon liar amount expire adjust cage candy arch gather drum buyer");
        Assert.Equal("words-checksum", reading.Code);
        Assert.Null(reading.Receipt);
    }

    [Fact]
    public void Nothing_prints_the_words_and_a_disposed_receipt_has_none()
    {
        var receipt = Receipt.FromEntropy(Entropy);
        using var keys = receipt.DeriveKeys();
        Assert.DoesNotContain("abandon", receipt.ToString(), StringComparison.Ordinal);
        Assert.Equal("SourceKeys(redacted)", keys.ToString());
        Assert.Equal("SigningKey(redacted)", keys.Mailbox.ToString());
        receipt.Dispose();
        Assert.Throws<ObjectDisposedException>(receipt.ToWords);
        Assert.Throws<ObjectDisposedException>(receipt.ExportEntropy);
    }
}
