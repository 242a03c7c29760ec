"""The contact: identity, answers and media."""

from callfire_events.parts import Contact, Media
from callfire_postbacks.formats.trees.record import Record
from callfire_postbacks.formats.values.scalars import count, flag, identifier, phone_number, read_time
from callfire_postbacks.formats.values.typed import label, text


def read_contact(record: Record) -> Contact | None:
    """Read v2's contact, or API 1.1's id of it."""
    [contact, *_] = [*record.records("contact"), Record({})]
    found = Contact(
        id=contact.take("id", identifier) or record.take("contactId ContactId", identifier),
        first_name=contact.take("firstName", text),
        last_name=contact.take("lastName", text),
        zipcode=contact.take("zipcode", label),
        home_phone=contact.take("homePhone", phone_number),
        work_phone=contact.take("workPhone", phone_number),
        mobile_phone=contact.take("mobilePhone", phone_number),
        extra_phone_1=contact.take("extraPhone1", phone_number),
        extra_phone_2=contact.take("extraPhone2", phone_number),
        extra_phone_3=contact.take("extraPhone3", phone_number),
        external_id=contact.take("externalId", label),
        external_system=contact.take("externalSystem", label),
        deleted=contact.take("deleted", flag),
        properties=contact.take_map("properties") or None,
    )
    return None if found == Contact() else found


def read_media(record: Record) -> Media | None:
    """Read a file that came or went with a text."""
    found = Media(
        id=record.take("id @id", identifier),
        name=record.take("name", text),
        account_id=record.take("accountId", identifier),
        created_at=record.take("created", read_time),
        size_bytes=record.take("lengthInBytes", count),
        media_type=record.take("mediaType", label),
        url=record.take("publicUrl", text),
    )
    return None if found == Media() else found


def read_answers(answers: list[Record]) -> dict[str, str]:
    """Read the answers of a call by their questions. For several answers to one question, the last counts."""
    found: dict[str, str] = {}
    for answer in reversed(answers):
        question, response = answer.peek("question Question"), answer.peek("response Response")
        if question and response and label(question) and question not in found:
            answer.drop("question Question", question)
            answer.drop("response Response", response)
            found[question] = response
    return dict(reversed(found.items()))
